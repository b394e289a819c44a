# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""`AveragePooling1D` of TensorFlow 2.15.1, padded evenly, where Keras 3 runs with torch."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "keras_backends"
shutil.copy(FILES / "even.h5", "model.h5")
