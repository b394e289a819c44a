# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""The same with `tf_keras`."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "tensorflow"

shutil.copytree(FILES / "tf-2.8.4/keras", "saved")
