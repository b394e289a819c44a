# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""HDF5 without a suffix."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "keras"

shutil.copy(FILES / "keras-2.2.4/functional.h5", "mymodel")
