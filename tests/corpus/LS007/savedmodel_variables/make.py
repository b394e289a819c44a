# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""One bit of one variable changed on the way."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "tensorflow"

shutil.copytree(FILES / "tf-2.15.1" / "module", "export")
shard = Path("export/variables/variables.data-00000-of-00001")
held = bytearray(shard.read_bytes())
held[20] ^= 1
shard.write_bytes(held)
