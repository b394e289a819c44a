# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""Weights of tf.keras 2.8, as `ModelCheckpoint(save_weights_only=True)` writes them."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "keras"

shutil.copy(FILES / "tf-2.8.4/weights.h5", "best.h5")
