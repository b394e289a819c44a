# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A chat template whose markers are tokens."""

import json
import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copytree(FILES / "hf" / "reviews", "reviews")
tokenizer = json.loads(Path("reviews/tokenizer.json").read_text())
tokenizer["added_tokens"][4]["content"] = "<|im_start|>"
Path("reviews/tokenizer.json").write_text(json.dumps(tokenizer))
Path("reviews/chat_template.jinja").write_text(
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}{% endfor %}"
)
