# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A config that names several tokens that end a text, the tokenizer's among them."""

import json
import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copytree(FILES / "hf" / "reviews", "reviews")
config = json.loads(Path("reviews/config.json").read_text())
config["sep_token_id"] = [7, 3]
Path("reviews/config.json").write_text(json.dumps(config))
