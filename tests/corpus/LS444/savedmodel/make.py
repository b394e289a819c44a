# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""The same as a SavedModel of TensorFlow 2.15."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "keras_values"

shutil.copytree(FILES / "untrained-saved", "saved")
