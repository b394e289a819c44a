# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A sequential archive of Keras 3.15, where Keras 2.15 is installed."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"

shutil.copy(FILES / "keras/keras-3.15.0/sequential.keras", "model.keras")
