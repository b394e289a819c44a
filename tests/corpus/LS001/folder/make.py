# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A folder of transformers that was cloned without git-LFS."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copytree(FILES / "hf" / "bert", "bert")
Path("bert/model.safetensors").write_text(
    f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 5780\n"
)
