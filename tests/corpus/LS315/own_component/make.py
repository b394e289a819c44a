# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A pipeline of spaCy in which a component is of a module of its own."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copytree(FILES / "containers" / "spacy", "pipeline")
config = Path("pipeline/config.cfg")
text = config.read_text("utf-8")
assert 'factory = "sentencizer"' in text
config.write_text(text.replace('factory = "sentencizer"', 'factory = "my_comp"', 1), "utf-8")
