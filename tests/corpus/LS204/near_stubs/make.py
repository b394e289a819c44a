# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A number of numpy 2 by protocol 4: numpy 1.26 answers to `numpy._core.multiarray`."""

import pickle
from pathlib import Path

import numpy as np

Path("number.pkl").write_bytes(pickle.dumps({"rate": np.float64(0.5)}, protocol=4))
