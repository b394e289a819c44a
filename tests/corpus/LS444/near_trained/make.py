# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""Three steps of SGD, which keeps no slots."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "keras_values"

shutil.copy(FILES / "trained-3.15.0.keras", "model.keras")
