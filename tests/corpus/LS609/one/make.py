# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A mask of TensorFlow 2.15.1 that is added to a tensor without one, where Keras 3 is installed."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "keras_masks"
shutil.copy(FILES / "one.h5", "model.h5")
