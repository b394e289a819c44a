# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""The config pads with a token that is a word to the tokenizer."""

import json
import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copytree(FILES / "hf" / "reviews", "reviews")
config = json.loads(Path("reviews/config.json").read_text())
config["pad_token_id"] = 7
Path("reviews/config.json").write_text(json.dumps(config))
