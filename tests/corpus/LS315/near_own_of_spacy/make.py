# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""The same pipeline, of components of spaCy alone."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copytree(FILES / "containers" / "spacy", "pipeline")
