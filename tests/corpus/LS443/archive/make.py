# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A model of Keras 3.15 whose loss diverged."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "keras_values"

shutil.copy(FILES / "diverged-3.15.0.keras", "model.keras")
