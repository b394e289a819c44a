# /// script
# requires-python = ">=3.10"
# dependencies = ["keras==3.15.0", "torch==2.13.0"]
# ///
"""Weights of Keras 3, for code with one layer more."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"

shutil.copy(FILES / "keras/keras-3.15.0/model.weights.h5", "w.weights.h5")
