# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""What a save of TensorFlow 2.15 left when it raised."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "keras"

shutil.copy(FILES / "tf-2.15.1/stub.h5", "model.h5")
