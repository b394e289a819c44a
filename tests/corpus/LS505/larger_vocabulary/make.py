# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""The tokenizer of a model with a larger vocabulary, in the folder of a smaller one."""

import json
import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copytree(FILES / "hf" / "reviews", "reviews")
tokenizer = json.loads(Path("reviews/tokenizer.json").read_text())
vocabulary = tokenizer["model"]["vocab"]
for at in range(len(vocabulary), len(vocabulary) + 50):
    vocabulary[f"word{at}"] = at
Path("reviews/tokenizer.json").write_text(json.dumps(tokenizer))
