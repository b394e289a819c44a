# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A classifier whose labels were never named."""

import json
import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copytree(FILES / "hf" / "reviews", "reviews")
config = json.loads(Path("reviews/config.json").read_text())
config["id2label"] = {"0": "LABEL_0", "1": "LABEL_1"}
Path("reviews/config.json").write_text(json.dumps(config))
