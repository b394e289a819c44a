# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A model that Keras 3.15 wrote as a folder, beside Keras 3.3."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "keras"

shutil.copytree(FILES / "keras-3.15.0/folder", "model")
