# /// script
# requires-python = ">=3.10"
# dependencies = ["joblib", "numpy"]
# ///
"""A compressed file of joblib that is cut off."""

import os
from pathlib import Path

import joblib
import numpy as np

joblib.dump({"weights": np.arange(4000.0), "bias": np.ones(400)}, "model.joblib", compress=3)
os.truncate("model.joblib", Path("model.joblib").stat().st_size // 2)
