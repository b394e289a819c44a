# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""An optimizer of Keras 2.2, which said `lr`, beside Keras 3."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"

shutil.copy(FILES / "keras/keras-2.2.4/sequential.h5", "model.h5")
