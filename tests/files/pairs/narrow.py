# /// script
# requires-python = ">=3.10"
# dependencies = ["scikit-learn"]
# ///
"""A `KDTree` as a 32-bit machine pickles it, and as this one does; each is loaded again.

    python narrow.py OUT

Made with scikit-learn 1.9.1, which says of the first `Buffer dtype mismatch, expected 'const
intp_t' but got 'int'`. Of a 32-bit machine it has the width of the indexes alone.
"""

import pickle
import sys
from pathlib import Path

import numpy as np
from sklearn.neighbors import KDTree

TREE = KDTree(np.random.RandomState(0).normal(size=(50, 3)))


class Narrow:
    def __reduce__(self):
        made, given, state = TREE.__reduce__()
        _, indexes, *rest = state
        return made, given, (state[0], np.asarray(indexes).astype("int32"), *rest)


for name, value in (("narrow", Narrow()), ("wide", TREE)):
    path = Path(sys.argv[1]) / f"{name}.pkl"
    path.write_bytes(pickle.dumps(value, 4))
    try:
        pickle.loads(path.read_bytes())
    except ValueError as error:
        print(name, error)
