# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A tokenizer that cuts texts at twice the positions of the model."""

import json
import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copytree(FILES / "hf" / "reviews", "reviews")
settings = json.loads(Path("reviews/tokenizer_config.json").read_text())
settings["model_max_length"] = 48
Path("reviews/tokenizer_config.json").write_text(json.dumps(settings))
