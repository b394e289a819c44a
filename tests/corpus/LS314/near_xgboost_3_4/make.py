# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""The same of xgboost 3.4.1, which keeps the categories."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copy(FILES / "xgboost/3.4.1-categories.json", "model.json")
