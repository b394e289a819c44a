# /// script
# requires-python = ">=3.10"
# dependencies = ["joblib", "numpy"]
# ///
"""The same arrays, saved by joblib itself."""

import joblib
import numpy as np

joblib.dump({"weights": np.arange(12.0).reshape(3, 4), "bias": np.ones(4)}, "model.joblib")
