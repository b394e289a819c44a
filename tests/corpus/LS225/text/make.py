# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A program of TensorFlow Text 2.10, beside TensorFlow alone."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"

shutil.copytree(FILES / "keras_crossings/tokenized", "saved")
