# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""The folder as it was saved."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copytree(FILES / "hf" / "reviews", "reviews")
