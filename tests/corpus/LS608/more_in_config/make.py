# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A classifier whose config was given `num_labels`."""

import json
import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copytree(FILES / "hf" / "reviews", "reviews")
place = Path("reviews/config.json")
config = json.loads(place.read_text())
config["num_labels"] = 5
place.write_text(json.dumps(config, indent=2))
