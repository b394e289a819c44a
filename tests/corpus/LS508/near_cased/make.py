# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A tokenizer that keeps capitals, with a vocabulary that has them."""

import json
import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copytree(FILES / "hf" / "reviews", "reviews")
tokenizer = json.loads(Path("reviews/tokenizer.json").read_text())
tokenizer["normalizer"]["lowercase"] = False
vocabulary = tokenizer["model"]["vocab"]
word = next(token for token in vocabulary if token.isalpha() and len(token) > 3)
vocabulary[word.capitalize()] = vocabulary.pop(word)
Path("reviews/tokenizer.json").write_text(json.dumps(tokenizer))
