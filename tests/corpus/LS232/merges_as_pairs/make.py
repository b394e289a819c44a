# /// script
# requires-python = ">=3.10"
# dependencies = ["tokenizers"]
# ///
"""A GPT-2 with a tokenizer that a release of today wrote."""

import shutil
from pathlib import Path

from tokenizers import Tokenizer, models

FILES = Path(__file__).parents[3] / "files"
shutil.copytree(FILES / "hf" / "gpt2-shards", "gpt2")
held = Tokenizer(models.BPE({"a": 0, "b": 1, "ab": 2}, [("a", "b")]))
held.save("gpt2/tokenizer.json")
