# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""xgboost 1.7.6 writes the last round as the best where nothing stopped."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copy(FILES / "xgboost/1.7.6-wrapper.json", "model.json")
