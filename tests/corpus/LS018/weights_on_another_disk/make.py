# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""The largest file of a folder was moved to another disk, and a link left in its place."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copytree(FILES / "hf" / "bert", "bert")
Path("bert/model.safetensors").unlink()
Path("bert/model.safetensors").symlink_to("/disk2/models/bert.safetensors")
