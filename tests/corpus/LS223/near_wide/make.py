# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""The same KDTree, as a 64-bit machine pickles it."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copy(FILES / "pairs/sklearn/wide.pkl", "model.pkl")
