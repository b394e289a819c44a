# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy", "joblib"]
# ///
"""Weights in numpy's arrays, written by `joblib.dump` under the name of a pickle."""

import joblib
import numpy as np

joblib.dump({"weights": np.arange(12.0).reshape(3, 4), "bias": np.ones(4)}, "model.pkl")
