# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A checkpoint without the file that lists it."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"

shutil.copytree(FILES / "keras2_checkpoint", "ck")
