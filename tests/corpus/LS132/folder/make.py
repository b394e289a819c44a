# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""The folder of a checkpoint is given, its prefix is meant."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"

shutil.copytree(FILES / "tensorflow/tf-2.15.1/weights", "ck")
