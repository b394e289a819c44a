# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A model of a type and a class of transformers itself."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copytree(FILES / "hf" / "reviews", "reviews")
