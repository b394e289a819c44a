# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0", "transformers"]
# ///
"""A base with its adapter merged into it."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "peft" / "gpt2"
shutil.copytree(FILES / "adapter", "adapter")
shutil.copytree(FILES / "base", "base")
