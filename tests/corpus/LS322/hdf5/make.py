# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""`tf.reshape`, `tf.nn.relu` and `x[:, :, 0]` as layers of tf.keras 2.15."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "keras"

shutil.copy(FILES / "tf-2.15.1/operations.h5", "model.h5")
