# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""XGBoost 1.7.6: the version that is here pickled it."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copy(FILES / "xgboost/pickled/1.7.6-booster.pkl", "model.pkl")
