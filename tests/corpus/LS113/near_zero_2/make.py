# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""DeepSpeed with ZeRO 2 in float16 on three ranks, whose files go together."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copytree(FILES / "deepspeed" / "groups2", "run")
