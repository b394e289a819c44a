# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A save that came to its end."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "keras"

shutil.copy(FILES / "tf-2.15.1/sequential.h5", "model.h5")
