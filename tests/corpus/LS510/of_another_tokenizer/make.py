# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A chat template whose markers the tokenizer does not have."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copytree(FILES / "hf" / "reviews", "reviews")
Path("reviews/chat_template.jinja").write_text(
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>{% endfor %}"
)
