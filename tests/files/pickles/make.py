# /// script
# requires-python = ">=2.7"
# dependencies = ["scikit-learn", "numpy", "scipy", "joblib"]
# ///
"""Make fitted estimators as pickles and joblib dumps; tell what the library holds after loading.

    python make.py OUT       in an environment of each version

The worlds: Python 2.7 with sklearn 0.20.4, 3.6 with 0.19.2, 3.8 with 0.24.2 and 1.0.2, 3.10 with
1.3.2, 3.11 with 1.5.2, 3.12 with 1.9.1. `truth.json` tells of each file: the class, the versions,
every array with its place in the tree, the features and the classes.
"""

# it runs on every Python from 2.7 on
# ruff: noqa: SIM114, UP020, UP030, UP031, UP032

import io
import json
import os
import pickle
import sys
import warnings

import numpy as np
import sklearn

warnings.simplefilter("ignore")

COMPRESSORS = ("zlib", "gzip", "bz2", "lzma", "xz")


def made():
    """Return name to a fitted estimator."""
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression, Ridge
    from sklearn.model_selection import GridSearchCV
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import StandardScaler

    rng = np.random.RandomState(0)
    rows = rng.rand(30, 3)
    labels = np.where(rows[:, 0] > 0.5, "yes", "no")
    logistic = LogisticRegression(solver="liblinear", C=0.5)
    steps = [("scale", StandardScaler()), ("model", logistic)]
    words = [("tfidf", TfidfVectorizer()), ("model", LogisticRegression(solver="liblinear"))]
    forest = RandomForestClassifier(n_estimators=2, max_depth=2, random_state=0)
    search = GridSearchCV(Ridge(), {"alpha": [0.1, 1.0]}, cv=2)
    yield "pipeline", Pipeline(steps).fit(rows, labels)
    yield "text", Pipeline(words).fit(["good film", "bad film"] * 3, [1, 0] * 3)
    yield "forest", forest.fit(rows, labels)
    yield "search", search.fit(rows, rows[:, 1])


def tree(value, path="", seen=None, out=None):
    """Return every array below an object, under the names that lead to it."""
    seen = set() if seen is None else seen
    out = {} if out is None else out
    if isinstance(value, np.ndarray):
        if value.dtype.names is None:
            word = "string" if value.dtype.kind in "SU" else value.dtype.name
            out.setdefault(path, [word, list(value.shape)])
        value = list(value) if value.dtype == object else ()
    elif isinstance(value, (np.random.RandomState, np.generic, np.dtype)):
        return out
    elif id(value) in seen:
        return out
    seen.add(id(value))
    below = []
    if isinstance(value, dict):
        below = [(str(key), item) for key, item in value.items()]
    elif isinstance(value, (list, tuple)):
        for number, item in enumerate(value):
            named = isinstance(item, tuple) and len(item) in (2, 3) and isinstance(item[0], str)
            below.append((item[0], item[1]) if named else (str(number), item))
    elif type(value).__module__.split(".")[0] in ("sklearn", "scipy"):
        state = value.__getstate__() if hasattr(value, "__getstate__") else vars(value)
        state = state if isinstance(state, dict) else vars(value)
        below = list(state.items())
    for name, item in below:
        tree(item, path + "." + name if path else name, seen, out)
    return out


def truth(value):
    """Return what the library holds after loading."""
    found = {
        "class": "{0}.{1}".format(type(value).__module__, type(value).__name__),
        "sklearn": sklearn.__version__,
        "python": "%d.%d" % sys.version_info[:2],
        "numpy": np.__version__,
        "arrays": tree(value),
        "classes": None,
        "features": None,
    }
    if hasattr(value, "classes_"):
        found["classes"] = ", ".join(str(item) for item in value.classes_)
    if "n_features_in_" in vars(value):
        found["features"] = int(value.n_features_in_)
    return found


def main():
    """Write the files."""
    try:
        import joblib
    except ImportError:
        from sklearn.externals import joblib
    folder = sys.argv[1]
    if not os.path.isdir(folder):
        os.makedirs(folder)
    told = {}
    for number, (name, value) in enumerate(made()):
        protocol = (0, 2, 2, pickle.HIGHEST_PROTOCOL)[number]
        with open(os.path.join(folder, name + ".pkl"), "wb") as file:
            pickle.dump(value, file, protocol=protocol)
        with open(os.path.join(folder, name + ".pkl"), "rb") as file:
            told[name + ".pkl"] = truth(pickle.load(file))
        kind = COMPRESSORS[number] if sys.version_info > (3,) else "zlib"
        compress = (kind, 3) if number else 0
        joblib.dump(value, os.path.join(folder, name + ".joblib"), compress=compress)
        told[name + ".joblib"] = truth(joblib.load(os.path.join(folder, name + ".joblib")))
    with io.open(os.path.join(folder, "truth.json"), "w", encoding="utf-8") as file:
        file.write("" + json.dumps(told, indent=0, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
