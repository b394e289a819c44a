# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""An LSTM of `hard_sigmoid` by tf.keras 2.10.1, where Keras 3 is installed."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "keras_gone"
shutil.copy(FILES / "hard.h5", "model.h5")
