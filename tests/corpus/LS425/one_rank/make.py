# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""The file that its own library wrote: tests/files/fsdp/make.py."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copy(FILES / "fsdp" / "rank0.pth", "model.pth")
