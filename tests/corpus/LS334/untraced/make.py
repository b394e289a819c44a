# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A layer of its own in a SavedModel that was saved with `save_traces=False`."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"

shutil.copytree(FILES / "keras_crossings/untraced", "saved")
