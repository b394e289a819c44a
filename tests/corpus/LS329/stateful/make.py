# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A Keras model that keeps its state between batches of four rows."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"

shutil.copy(FILES / "keras_crossings/stateful-2.10.0.h5", "model.h5")
