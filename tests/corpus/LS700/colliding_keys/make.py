# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A pickle of a dictionary whose keys have one hash: to fill it takes hours where they are many."""

import pickle
import sys
from pathlib import Path

COUNT = 1000  # so that it is quickly made
keys = (7 + at * sys.hash_info.modulus for at in range(COUNT))
Path("model.pkl").write_bytes(pickle.dumps({"classes": dict.fromkeys(keys)}, protocol=4))
