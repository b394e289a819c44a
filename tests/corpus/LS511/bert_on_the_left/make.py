# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A classifier of BERT's kind whose tokenizer pads on the left."""

import json
import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copytree(FILES / "hf" / "reviews", "reviews")
settings = json.loads(Path("reviews/tokenizer_config.json").read_text())
settings["padding_side"] = "left"
Path("reviews/tokenizer_config.json").write_text(json.dumps(settings))
