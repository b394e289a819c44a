# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A model whose vocabulary grew, with the configuration from before."""

import json
import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copytree(FILES / "hf" / "reviews", "reviews")
config = json.loads(Path("reviews/config.json").read_text())
config["vocab_size"] -= 2
Path("reviews/config.json").write_text(json.dumps(config))
