# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A forest of scikit-learn 0.24.2, whose nodes lack a field of 1.9.1."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copy(FILES / "pickles/sklearn-0.24/forest.joblib", "forest.joblib")
