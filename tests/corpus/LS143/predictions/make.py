# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy", "joblib"]
# ///
"""The predictions were saved where the model was meant."""

import pickle
from pathlib import Path

import numpy as np

Path("model.pkl").write_bytes(pickle.dumps(np.arange(12.0), protocol=4))
