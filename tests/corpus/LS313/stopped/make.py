# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A classifier of xgboost 2.1.4 that stopped early: it predicts with 9 of 19 rounds."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copy(FILES / "pairs/xgboost/2.1.4-stopped.json", "model.json")
