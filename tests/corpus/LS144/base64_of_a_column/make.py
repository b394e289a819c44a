# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A pickle as base64, as a column of a database holds it."""

import base64
import pickle
from pathlib import Path

data = pickle.dumps({"vocabulary": ["good", "bad"], "weights": [0.5, -0.25]}, protocol=4)
Path("model.pkl").write_bytes(base64.b64encode(data))
