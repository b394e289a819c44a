# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy>=2"]
# ///
"""A random generator of numpy 2: numpy 1 wants the name of its class, and gets the class."""

import pickle
from pathlib import Path

import numpy as np

Path("state.pkl").write_bytes(pickle.dumps({"random": np.random.default_rng(0)}, protocol=4))
