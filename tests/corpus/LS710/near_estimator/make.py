# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A pickle of a forest: it names constructors of the audited table only."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "pickles"
shutil.copy(FILES / "sklearn-1.9/forest.pkl", "model.pkl")
