# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""An archive for TorchServe, with a handler of its own."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copy(FILES / "containers" / "mar" / "net.mar", "net.mar")
