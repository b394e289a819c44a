# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A config of a newer release, of a type that is known."""

import json
import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copytree(FILES / "hf" / "reviews", "reviews")
place = Path("reviews/config.json")
config = json.loads(place.read_text())
config["transformers_version"] = "99.0.0"
place.write_text(json.dumps(config, indent=2))
