# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""The settings of a booster, as `save_config` gave them."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copy(FILES / "xgboost" / "2.1.4-config.json", "model.json")
