# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""`do_lower_case` was turned off beside a tokenizer that makes texts lower case."""

import json
import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copytree(FILES / "hf" / "reviews", "reviews")
settings = json.loads(Path("reviews/tokenizer_config.json").read_text())
settings["do_lower_case"] = False
Path("reviews/tokenizer_config.json").write_text(json.dumps(settings))
