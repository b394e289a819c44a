# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""The program is given, its folder is meant."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "tensorflow"

shutil.copytree(FILES / "tf-2.15.1" / "module", "export")
