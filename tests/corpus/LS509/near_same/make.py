# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""The same tokens in `vocab.txt` and in `tokenizer.json`."""

import json
import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copytree(FILES / "hf" / "reviews", "reviews")
tokenizer = json.loads(Path("reviews/tokenizer.json").read_text())
vocabulary = sorted(tokenizer["model"]["vocab"], key=tokenizer["model"]["vocab"].get)
Path("reviews/vocab.txt").write_text("\n".join(vocabulary) + "\n")
