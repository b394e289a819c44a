# /// script
# requires-python = "==3.6.*"
# dependencies = ["joblib==0.9.4", "numpy==1.16.6"]
# ///
"""What joblib before 0.10 wrote: a file for each array, and its own zlib container."""

import joblib
import numpy as np

arrays = {"weights": np.arange(4.0), "bias": np.ones(2)}
joblib.dump(arrays, "model.pkl")
joblib.dump(arrays, "packed.pkl", compress=3)
joblib.dump(["a", 1, {"b": None}], "plain.pkl", compress=3)
