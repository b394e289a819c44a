# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""What `model.export` of Keras 3 writes: it is called by its endpoints."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"

shutil.copytree(FILES / "tensorflow/tf-2.21.0/exported", "export")
