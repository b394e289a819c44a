# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A pickle, decoded as UTF-8 with `errors="replace"` and written as text."""

import pickle
from pathlib import Path

data = pickle.dumps({"weights": [0.1 * n for n in range(200)]}, protocol=4)
Path("model.pkl").write_text(data.decode("utf-8", "replace"), encoding="utf-8")
