# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""What `Accelerator.save_state` wrote."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copytree(FILES / "hf" / "accelerate", "step")
