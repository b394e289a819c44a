# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A LoRA adapter of PEFT beside the GPT-2 that it was trained on."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "peft" / "gpt2"
shutil.copytree(FILES / "adapter", "adapter")
shutil.copytree(FILES / "base", "base")
