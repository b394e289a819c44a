# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A classifier whose config was given a label more than its head has."""

import json
import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copytree(FILES / "hf" / "reviews", "reviews")
place = Path("reviews/config.json")
config = json.loads(place.read_text())
labels = config["id2label"]
labels[str(len(labels))] = "undecided"
config["label2id"] = {name: int(number) for number, name in labels.items()}
place.write_text(json.dumps(config, indent=2))
