# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""The tokens of `tokenizer.json` are named by other roles: as those that begin and end a text."""

import json
import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copytree(FILES / "hf" / "reviews", "reviews")
settings = json.loads(Path("reviews/tokenizer_config.json").read_text())
settings["bos_token"] = settings.pop("cls_token")
settings["eos_token"] = {"content": settings["sep_token"], "special": True}
settings["sep_token"] = "[UNK]"
Path("reviews/tokenizer_config.json").write_text(json.dumps(settings))
