# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""The values were left out: `*.data*` is ignored by git."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"

shutil.copytree(FILES / "tensorflow/tf-2.15.1/keras", "export")
Path("export/variables/variables.data-00000-of-00001").unlink()
