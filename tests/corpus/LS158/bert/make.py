# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A BERT without its tokenizer."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copytree(FILES / "hf" / "bert", "bert")
for name in ("tokenizer.json", "vocab.txt"):
    Path("bert", name).unlink()
