# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""An archive of tf.keras 2.13 with attention, where Keras 3 is installed."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "keras_archives"
shutil.copy(FILES / "attention-2.13.keras", "model.keras")
