# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""An archive of Keras that was unpacked under its own name."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "keras"

shutil.copytree(FILES / "keras-3.15.0/folder", "model.keras")
