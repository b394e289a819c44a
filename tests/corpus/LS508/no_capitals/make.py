# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A vocabulary of lower case, and a tokenizer whose normalizer got lost."""

import json
import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copytree(FILES / "hf" / "reviews", "reviews")
tokenizer = json.loads(Path("reviews/tokenizer.json").read_text())
tokenizer["normalizer"] = None
Path("reviews/tokenizer.json").write_text(json.dumps(tokenizer))
