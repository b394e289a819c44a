# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A classifier whose tokenizer pads on the right, as it should."""

import json
import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copytree(FILES / "hf" / "reviews", "reviews")
settings = json.loads(Path("reviews/tokenizer_config.json").read_text())
settings["padding_side"] = "right"
Path("reviews/tokenizer_config.json").write_text(json.dumps(settings))
