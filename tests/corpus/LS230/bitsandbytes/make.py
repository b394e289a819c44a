# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A config that asks for weights of 8 bits."""

import json
import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copytree(FILES / "hf" / "reviews", "reviews")
place = Path("reviews/config.json")
config = json.loads(place.read_text())
config["quantization_config"] = {"quant_method": "bitsandbytes", "load_in_8bit": True}
place.write_text(json.dumps(config, indent=2))
