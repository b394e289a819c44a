# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""An array of numpy 2 by protocol 5: numpy 1.26 has no `numpy._core.numeric`."""

import pickle
from pathlib import Path

import numpy as np

Path("array.pkl").write_bytes(pickle.dumps({"weights": np.arange(5.0)}, protocol=5))
