# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A LoRA adapter of PEFT, whose base model is another one."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copytree(FILES / "hf" / "adapter", "adapter")
