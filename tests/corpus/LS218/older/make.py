# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A SavedModel of TensorFlow 2.15.1, where 2.13.1 is older and has every operator of it."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "tensorflow"
shutil.copytree(FILES / "tf-2.15.1/keras", "model")
