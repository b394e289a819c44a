# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""The old binary of XGBoost 1.3.3 in an `.ubj`: no release reads it under that name."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copy(FILES / "xgboost" / "1.3.3-binary.model", "m.ubj")
