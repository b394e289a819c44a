# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A pickle of which the end is missing."""

import os
import pickle
from pathlib import Path

Path("model.pkl").write_bytes(pickle.dumps({"vocabulary": list(range(9000))}, protocol=4))
os.truncate("model.pkl", 9000)
