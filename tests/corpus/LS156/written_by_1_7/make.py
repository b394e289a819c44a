# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""The old binary of XGBoost 1.7.6."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copy(FILES / "xgboost" / "1.7.6-binary.model", "m.model")
