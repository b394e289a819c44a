# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A SavedModel of Keras 2 with two inputs, beside Keras 3."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"

shutil.copytree(FILES / "keras_hub/two_inputs", "export")
