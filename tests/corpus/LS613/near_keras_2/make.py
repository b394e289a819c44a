# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A Dense of `hard_sigmoid` by tf.keras 2.10.1, where its own Keras is."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "keras_gone"
shutil.copy(FILES / "gate.h5", "model.h5")
