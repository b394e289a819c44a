# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""Weights that Keras 3.15 put into an npz."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "keras_npz"

shutil.copy(FILES / "3.15.0-tensorflow.keras", "model.keras")
