# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""What `simple_save` of TensorFlow 1 wrote, beside TensorFlow 2."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"

shutil.copytree(FILES / "tensorflow/tf-1.15.5/simple", "export")
