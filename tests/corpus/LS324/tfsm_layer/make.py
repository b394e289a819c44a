# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A `TFSMLayer` of Keras 3.15, whose SavedModel is not here."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "keras"

shutil.copy(FILES / "keras-3.15.0/external.keras", "model.keras")
