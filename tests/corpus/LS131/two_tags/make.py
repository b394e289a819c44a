# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""Two graphs of TensorFlow 1 in one SavedModel."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"

shutil.copytree(FILES / "tensorflow/tf-1.15.5/two_tags", "export")
