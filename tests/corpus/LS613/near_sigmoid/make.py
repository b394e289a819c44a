# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A model of tf.keras 2.10.1 with other activations, where Keras 3 is installed."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "keras_gone"
shutil.copy(FILES / "signal.h5", "model.h5")
