# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A tokenizer that was saved without a length: transformers writes 1e30 for none."""

import json
import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copytree(FILES / "hf" / "reviews", "reviews")
settings = json.loads(Path("reviews/tokenizer_config.json").read_text())
settings["model_max_length"] = 1000000000000000019884624838656
Path("reviews/tokenizer_config.json").write_text(json.dumps(settings))
