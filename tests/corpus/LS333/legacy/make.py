# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""An archive of Keras 2.15 with an optimizer of `optimizers.legacy`, beside Keras 3."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"

shutil.copy(FILES / "keras_crossings/legacy-2.15.0.keras", "model.keras")
