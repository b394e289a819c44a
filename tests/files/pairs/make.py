# /// script
# requires-python = ">=3.7"
# dependencies = ["numpy"]
# ///
"""Pickles of one version of a library, and what happens to them in another.

    python make.py save xgboost OUT     in an environment with each version
    python make.py load xgboost OUT     in each of them: a line for every file
    python make.py stop xgboost OUT     a model that stopped early, of 2.1.4

They were made with xgboost 0.90 (Python 3.7), 1.3.3, 1.7.6, 2.1.4, 3.0.5 and 3.4.1, lightgbm 2.3.1,
3.1.1, 3.3.5, 4.1.0, 4.5.0 and 4.7.0, pandas 0.25.3, 1.2.5, 1.3.5, 1.4.4, 1.5.3, 2.2.3, 2.3.3 and
3.1.1. `measured.json` holds the lines: file to version to what happened. xgboost 3.1.0 did to each
file what 3.4.1 did.
"""

import importlib
import os
import pickle
import sys
import warnings
from pathlib import Path

import numpy as np

warnings.simplefilter("ignore")
rng = np.random.RandomState(0)


def xgboost(library):
    rows = rng.rand(40, 3).astype("float32")
    yes, value = (rows[:, 0] > 0.5).astype(int), 40 + 20 * rows[:, 1]
    train = library.DMatrix(rows, label=yes)
    booster = library.train({"objective": "binary:logistic", "max_depth": 2}, train, 3)
    yield "booster", booster, booster.predict(library.DMatrix(rows))
    found = library.XGBClassifier(n_estimators=3, max_depth=2).fit(rows, yes)
    yield "classifier", found, found.predict_proba(rows)
    same = {"n_estimators": 3, "max_depth": 2, "objective": "reg:squarederror"}
    found = library.XGBRegressor(**same).fit(rows, value)
    yield "regressor", found, found.predict(rows)


def lightgbm(library):
    rows = rng.rand(80, 3)
    value = 10 * rows[:, 0] + rows[:, 1]
    given = {"verbosity": -1, "num_leaves": 4, "min_data_in_leaf": 5, "num_threads": 1}
    booster = library.train(given, library.Dataset(rows, label=value), 3)
    yield "booster", booster, booster.predict(rows)
    found = library.LGBMRegressor(n_estimators=3, num_leaves=4, n_jobs=1).fit(rows, value)
    yield "regressor", found, found.predict(rows)
    if library.__version__ >= "3.2":
        linear = library.train(dict(given, linear_tree=True), library.Dataset(rows, label=value), 3)
        yield "linear", linear, linear.predict(rows)


def pandas(library):
    frame = library.DataFrame
    yield "range", frame({"a": [1, 2], "b": [1.0, 2.0]}), None
    yield "intindex", frame({"a": [1, 2]}, index=[3, 5]), None
    yield "cat", frame({"a": library.Categorical(["u", "v"])}), None
    yield "index", library.Index([3, 5]), None
    if library.__version__ >= "1.0":
        yield "string", frame({"a": library.array(["x", "y"], dtype="string")}), None


MADE = {"xgboost": xgboost, "lightgbm": lightgbm, "pandas": pandas}


def save(name, library, out):
    for kind, value, predicted in MADE[name](library):
        path = out / f"{library.__version__}-{kind}"
        path.with_name(path.name + ".pkl").write_bytes(pickle.dumps(value, 4))
        np.save(path.with_name(path.name + ".npy"), [] if predicted is None else predicted)
        if kind == "linear":
            value.save_model(str(path) + ".txt")


def outcome(name, library, file):
    """Return `same`, `other values`, or the error."""
    try:
        if file.suffix == ".txt":
            value = library.Booster(model_file=str(file))
        else:
            value = pickle.loads(file.read_bytes())
        if name == "pandas":
            repr(value)
            return "same"
        rows = rng.rand(80, 3) if name == "lightgbm" else rng.rand(40, 3).astype("float32")
        if name == "xgboost" and "booster" in file.name:
            rows = library.DMatrix(rows)
        classes = hasattr(value, "predict_proba")
        now = value.predict_proba(rows) if classes else value.predict(rows)
    except Exception as error:
        return "{}: {}".format(type(error).__name__, " ".join(str(error).split())[:100])
    before = np.load(file.with_suffix("").with_name(file.stem + ".npy"))
    return "same" if abs(now - before).max() < 1e-5 else "other values"


def load(name, library, out):
    """Try each file in a process of its own: 0.90 ends the process."""
    for file in sorted([*out.glob("*.pkl"), *out.glob("*.txt")]):
        child = os.fork()
        if child == 0:
            rng.seed(0)
            print(library.__version__, file.name, outcome(name, library, file), flush=True)
            os._exit(0)
        if os.waitpid(child, 0)[1]:
            print(library.__version__, file.name, "the process ended", flush=True)


def stop(name, library, out):
    """Train until ten rounds made it no better, and tell what the two ways of predicting give."""
    rows = rng.rand(60, 3).astype("float32")
    labels = (rows[:, 0] + rng.rand(60) > 1).astype(int)
    found = library.XGBClassifier(n_estimators=40, max_depth=2, early_stopping_rounds=10)
    found.fit(rows[:40], labels[:40], eval_set=[(rows[40:], labels[40:])], verbose=False)
    found.save_model(str(out / (library.__version__ + "-stopped.json")))
    whole = found.get_booster().predict(library.DMatrix(rows))
    print(abs(found.predict_proba(rows)[:, 1] - whole).max(), found.best_iteration)


if __name__ == "__main__":
    step, name, folder = sys.argv[1:]
    {"save": save, "load": load, "stop": stop}[step](
        name, importlib.import_module(name), Path(folder)
    )
