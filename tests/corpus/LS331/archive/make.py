# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""An archive of Keras 3.15, where Keras 2.15 is installed."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "keras"
shutil.copy(FILES / "keras-3.15.0/functional.keras", "model.keras")
