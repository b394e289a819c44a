# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A pickle under a name of lightgbm."""

import pickle
from pathlib import Path

Path("m.txt").write_bytes(pickle.dumps({"weights": [0.5, 1.5]}, protocol=4))
