# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A layer of tensorflow_hub, whose SavedModel is not here."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"

shutil.copy(FILES / "keras_hub/hub.h5", "model.h5")
