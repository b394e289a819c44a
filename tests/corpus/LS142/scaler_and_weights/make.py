# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy", "joblib"]
# ///
"""Two dumps into one open file: the scaling, then the weights."""

import pickle
from pathlib import Path

import numpy as np

with Path("model.pkl").open("wb") as file:
    pickle.dump({"mean": 1.5, "scale": 2.0}, file, protocol=4)
    pickle.dump({"weights": np.arange(12.0).reshape(3, 4), "bias": np.ones(4)}, file, protocol=4)
