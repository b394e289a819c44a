# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""The file that its own library wrote: tests/files/peft/make.py."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copy(FILES / "peft" / "unmerged.pth", "model.pth")
