# /// script
# requires-python = ">=3.6"
# dependencies = ["scikit-learn"]
# ///
"""Make estimators whose pickles other versions do not read.

    python make.py NAME OUT

`neighbours.pkl` was made with scikit-learn 0.19.2 (Python 3.6): 0.22.2.post1 ends with signal 11
where it loads it. `boosting.pkl` was made with 1.6.1 (3.12).
"""

import pickle
import sys

import numpy as np

X = np.random.RandomState(0).rand(20, 2)
Y = (X[:, 0] > 0.5).astype(int)


def neighbours():
    from sklearn.neighbors import KNeighborsClassifier

    return KNeighborsClassifier(3, algorithm="kd_tree").fit(X, Y)


def boosting():
    from sklearn.ensemble import GradientBoostingRegressor

    return GradientBoostingRegressor(n_estimators=2, max_depth=1).fit(X, X[:, 1])


if __name__ == "__main__":
    with open(sys.argv[2], "wb") as out:
        pickle.dump(globals()[sys.argv[1]](), out, protocol=2)
