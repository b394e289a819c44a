# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A search of scikit-learn 0.20.4, whose results are in a `DeprecationDict`."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copy(FILES / "pickles/sklearn-0.20-python-2.7/search.pkl", "search.pkl")
