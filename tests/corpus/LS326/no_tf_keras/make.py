# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A fitted model of TensorFlow 2.8, beside TensorFlow 2.21 with Keras 3 alone."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "tensorflow"

shutil.copytree(FILES / "tf-2.8.4/keras", "saved")
