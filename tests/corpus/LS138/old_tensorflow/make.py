# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""An archive of Keras 3.15, beside TensorFlow 2.8."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "keras"

shutil.copy(FILES / "keras-3.15.0/sequential.keras", "model.keras")
