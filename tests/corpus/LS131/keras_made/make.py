# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A whole SavedModel of Keras 2: nothing is wrong with it."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "tensorflow"

shutil.copytree(FILES / "tf-2.15.1" / "keras", "export")
