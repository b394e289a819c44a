# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A model of tf.keras 2.15 that was compiled with a loss of one's own."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "keras"

shutil.copy(FILES / "tf-2.15.1/trained.h5", "model.h5")
