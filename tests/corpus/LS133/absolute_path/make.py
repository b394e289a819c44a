# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""The folder was copied from the machine that trained."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "tensorflow"

shutil.copytree(FILES / "tf-2.15.1" / "checkpoint", "ck")
Path("ck/checkpoint").write_text('model_checkpoint_path: "/home/trainer/run7/ckpt-1"\n')
