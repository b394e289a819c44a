# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""An adapter that was trained."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "peft" / "gpt2"
shutil.copytree(FILES / "adapter", "adapter")
