# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A token was added to the tokenizer, and the table of the model did not grow."""

import json
import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copytree(FILES / "hf" / "reviews", "reviews")
tokenizer = json.loads(Path("reviews/tokenizer.json").read_text())
rows = len(tokenizer["model"]["vocab"])
added = dict(tokenizer["added_tokens"][0], id=rows, content="<user>")
tokenizer["added_tokens"].append(added)
Path("reviews/tokenizer.json").write_text(json.dumps(tokenizer))
