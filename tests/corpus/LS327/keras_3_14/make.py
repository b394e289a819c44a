# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""An archive of Keras 3.15, beside Keras 3.14."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "keras"

shutil.copy(FILES / "keras-3.15.0/functional.keras", "model.keras")
