# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A model of layers alone."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "keras"

shutil.copy(FILES / "tf-2.15.1/functional.h5", "model.h5")
