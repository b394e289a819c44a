# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A model whose configuration names as many tokens as its table has rows."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copytree(FILES / "hf" / "reviews", "reviews")
