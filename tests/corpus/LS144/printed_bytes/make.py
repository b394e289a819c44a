# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""What `str` gives of the bytes of a pickle, written as text."""

import pickle
from pathlib import Path

data = pickle.dumps({"vocabulary": ["good", "bad"], "weights": [0.5, -0.25]}, protocol=4)
Path("model.pkl").write_text(str(data))
