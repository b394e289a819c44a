# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""Sharded weights of Keras 3.15, of which one file was not copied."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "keras"

shutil.copytree(FILES / "keras-3.15.0/shards", "weights")
Path("weights/small_00001.weights.h5").unlink()
