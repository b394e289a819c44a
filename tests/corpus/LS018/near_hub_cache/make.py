# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A snapshot in the cache of huggingface_hub: every file is a link to a blob."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
root = Path("models--org--bert")
revision = root / "snapshots" / "0123abcd"
revision.mkdir(parents=True)
(root / "blobs").mkdir()
for at, path in enumerate(sorted((FILES / "hf" / "bert").iterdir())):
    shutil.copy(path, root / "blobs" / f"{at:040x}")
    (revision / path.name).symlink_to(f"../../blobs/{at:040x}")
