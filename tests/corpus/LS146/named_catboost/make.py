# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A pickle under a name of catboost."""

import pickle
from pathlib import Path

Path("m.cbm").write_bytes(pickle.dumps({"weights": [0.5, 1.5]}, protocol=4))
