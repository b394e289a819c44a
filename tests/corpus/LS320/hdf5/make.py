# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""Layers of one's own, one of them registered, in HDF5 of tf.keras 2.8."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "keras"

shutil.copy(FILES / "tf-2.8.4/custom.h5", "model.h5")
