# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""All three shards are here, and not the index of them."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copytree(FILES / "hf" / "bert", "gpt2")
for path in (FILES / "hf" / "gpt2-shards").glob("*.safetensors"):
    shutil.copy(path, "gpt2")
shutil.copy(FILES / "hf" / "gpt2-shards" / "config.json", "gpt2")
Path("gpt2/model.safetensors").unlink()
