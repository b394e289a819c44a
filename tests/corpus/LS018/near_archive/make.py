# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""The archive as it was written."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "keras"

shutil.copy(FILES / "keras-3.15.0/sequential.keras", "model.keras")
