# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy", "joblib"]
# ///
"""A pickle that was written through `gzip.open`, and is opened without it."""

import gzip
import pickle
from pathlib import Path

import numpy as np

data = pickle.dumps({"weights": np.arange(12.0).reshape(3, 4), "bias": np.ones(4)}, protocol=4)
Path("model.pkl").write_bytes(gzip.compress(data, mtime=0))
