# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A loss named in short in HDF5, with the very Keras that wrote it."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"

shutil.copy(FILES / "keras_crossings/mse-3.15.0.h5", "model.h5")
