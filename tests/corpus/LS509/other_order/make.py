# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A `vocab.txt` of another training beside the `tokenizer.json`."""

import json
import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copytree(FILES / "hf" / "reviews", "reviews")
tokenizer = json.loads(Path("reviews/tokenizer.json").read_text())
vocabulary = sorted(tokenizer["model"]["vocab"], key=tokenizer["model"]["vocab"].get)
vocabulary[10], vocabulary[20] = vocabulary[20], vocabulary[10]
Path("reviews/vocab.txt").write_text("\n".join(vocabulary) + "\n")
