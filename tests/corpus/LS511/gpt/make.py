# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A GPT-2 whose tokenizer was saved with padding on the right."""

import json
import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copytree(FILES / "hf" / "gpt2-shards", "gpt")
for name in ("tokenizer.json", "tokenizer_config.json"):
    shutil.copy(FILES / "hf" / "bert" / name, "gpt")
settings = {"padding_side": "right", "model_max_length": 8}
Path("gpt/tokenizer_config.json").write_text(json.dumps(settings))
