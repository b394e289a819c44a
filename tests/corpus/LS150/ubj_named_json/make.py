# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""UBJSON of XGBoost 2.1.4, renamed to `.json`."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copy(FILES / "xgboost" / "2.1.4-three.ubj", "model.json")
