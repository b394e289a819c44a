# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""Settings that name another token as the one that begins a text than `tokenizer.json` puts."""

import json
import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copytree(FILES / "hf" / "reviews", "reviews")
settings = json.loads(Path("reviews/tokenizer_config.json").read_text())
settings["cls_token"] = "[MASK]"
Path("reviews/tokenizer_config.json").write_text(json.dumps(settings))
