# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A forest of scikit-learn 1.9.1, which 1.8.0 reads."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copy(FILES / "pickles/sklearn-1.9/forest.pkl", "forest.pkl")
