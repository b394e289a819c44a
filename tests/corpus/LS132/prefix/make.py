# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""The prefix is given, which is no file: nothing is wrong with it."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "tensorflow"

shutil.copytree(FILES / "tf-2.8.4" / "checkpoint", "ck")
