# /// script
# requires-python = ">=3.10"
# dependencies = ["joblib", "numpy"]
# ///
"""A file of joblib that ends between two opcodes."""

import os

import joblib
import numpy as np

joblib.dump({"weights": np.arange(4000.0), "bias": np.ones(400)}, "model.joblib")
os.truncate("model.joblib", 200)
