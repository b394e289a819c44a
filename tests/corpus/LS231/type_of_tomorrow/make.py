# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A config of a type of model that no release has."""

import json
import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copytree(FILES / "hf" / "reviews", "reviews")
place = Path("reviews/config.json")
config = json.loads(place.read_text())
config |= {"model_type": "brandnew", "transformers_version": "99.0.0"}
place.write_text(json.dumps(config, indent=2))
