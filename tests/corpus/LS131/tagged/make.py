# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A graph of TensorFlow 1 that is tagged `mine`, and has no signature."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"

shutil.copytree(FILES / "tensorflow_one/tagged", "export")
