# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A tokenizer that fits its model: the table has as many rows as there are tokens."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copytree(FILES / "hf" / "reviews", "reviews")
