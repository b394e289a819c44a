# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy>=2"]
# ///
"""Records of numpy 2 by protocol 2: numpy 1 has no module `numpy.rec`."""

import pickle
from pathlib import Path

import numpy as np

records = np.rec.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")])
Path("records.pkl").write_bytes(pickle.dumps([records], protocol=2))
