# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A model of XGBoost 2.1.4, loaded into a module of torch."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copy(FILES / "xgboost" / "2.1.4-binary.json", "model.json")
