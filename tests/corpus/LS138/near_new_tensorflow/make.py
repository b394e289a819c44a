# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""The same beside a TensorFlow that reads archives."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "keras"

shutil.copy(FILES / "tf-2.15.1/sequential.keras", "model.keras")
