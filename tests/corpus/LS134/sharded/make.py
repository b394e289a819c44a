# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""Weights that Keras 3.15 keeps in several files."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "keras"

shutil.copytree(FILES / "keras-3.15.0/shards", "weights")
