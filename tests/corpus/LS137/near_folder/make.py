# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A model whose folder holds the same text, and the weights."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "keras"

shutil.copytree(FILES / "keras-3.15.0/folder", "model")
