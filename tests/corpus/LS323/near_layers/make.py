# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A model without a Lambda."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "keras"

shutil.copy(FILES / "tf-2.15.1/sequential.h5", "model.h5")
