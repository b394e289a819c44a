# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A Lambda of tf.keras 2.15 that adds `SHIFT`, in HDF5."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "keras"

shutil.copy(FILES / "tf-2.15.1/lambda.h5", "model.h5")
