# /// script
# requires-python = ">=3.7"
# dependencies = ["xgboost", "scikit-learn", "pandas"]
# ///
"""Make the models of this folder, with the xgboost that is installed, and what it says of them.

They were made with xgboost 0.90 (Python 3.7), 1.3.3 (3.8), 1.7.6 (3.10), 2.1.4 (3.11) and 3.4.1
(3.12). The objects of `truth/*.json` are what the library reported after it had loaded the file.
"""

import json
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import xgboost as xgb

warnings.simplefilter("ignore")
HERE = Path(__file__).parent
NAME = xgb.__version__
VERSION = tuple(int(part) for part in NAME.split(".")[:2])
rng = np.random.RandomState(0)
X = rng.rand(40, 4).astype("float32")
y = (X[:, 0] + X[:, 1] > 1).astype(int)
NAMES = ["age", "income", "debt", "children"]
TRUTH = {}


def booster(objective, label, *, frame=False, rounds=3, **more):
    data = pd.DataFrame(X, columns=NAMES) if frame else X
    train = xgb.DMatrix(data, label=label)
    return xgb.train({"objective": objective, "max_depth": 2, **more}, train, rounds)


def keep(name, model):
    """Write it, load it again, and note what the library says then."""
    path = HERE / f"{NAME}-{name}"
    model.save_model(str(path))
    again = xgb.Booster()
    again.load_model(str(path))
    TRUTH[path.name] = {
        "version": NAME,
        "trees": None if "linear" in name else len(again.get_dump()),
        "feature_names": getattr(again, "feature_names", None),
        "feature_types": getattr(again, "feature_types", None),
        "attributes": again.attributes(),
    }
    if hasattr(again, "num_features"):
        TRUTH[path.name]["num_feature"] = again.num_features()
    if hasattr(again, "save_config"):
        config = json.loads(again.save_config())
        TRUTH[path.name]["config"] = {
            "version": config["version"],
            "objective": config["learner"]["objective"]["name"],
            "booster": config["learner"]["gradient_booster"]["name"],
            "learner_model_param": config["learner"]["learner_model_param"],
        }


binary = booster("binary:logistic", y, frame=True)
three = booster("multi:softprob", (X[:, 0] * 3).astype(int), num_class=3)
old = VERSION < (3, 1)
if old:
    keep("binary.model", binary)
    keep("three.model", three)
if VERSION == (0, 90):
    (HERE / "0.90-raw.model").write_bytes(bytes(binary.save_raw()))
if VERSION >= (1, 0):
    keep("binary.json", binary)
    keep("linear.json", booster("reg:squarederror", X[:, 0], booster="gblinear"))
    keep("dart.json", booster("reg:squarederror", X[:, 0], booster="dart"))
    (HERE / f"{NAME}-config.json").write_text(binary.save_config())
if VERSION >= (1, 6):
    keep("three.ubj", three)
    keep("dart.ubj", booster("reg:squarederror", X[:, 0], booster="dart"))
if VERSION >= (1, 3):
    wrapper = xgb.XGBClassifier(n_estimators=3, max_depth=2, n_jobs=1)
    wrapper.fit(pd.DataFrame(X, columns=NAMES), y)
    wrapper.save_model(str(HERE / f"{NAME}-wrapper.json"))
    again = xgb.XGBClassifier()
    again.load_model(str(HERE / f"{NAME}-wrapper.json"))
    TRUTH[f"{NAME}-wrapper.json"] = {
        "version": NAME,
        "trees": len(again.get_booster().get_dump()),
        "estimator": "classifier",
        "feature_names": again.get_booster().feature_names,
    }
if VERSION >= (1, 7):
    frame = pd.DataFrame({"size": X[:, 0], "kind": pd.Categorical(list("abcd") * 10)})
    matrix = xgb.DMatrix(frame, label=X[:, 0], enable_categorical=True)
    keep("categories.json", xgb.train({"max_depth": 2, "tree_method": "hist"}, matrix, 2))
    sets = {"tree_method": "hist", "max_cat_to_onehot": 1, "max_depth": 2}
    matrix.set_label(np.tile([0, 1, 0, 1], 10))
    keep("sets.json", xgb.train(sets, matrix, 2))
if VERSION == (2, 1):
    binary.dump_model(str(HERE / "dump.json"), dump_format="json")
    binary.dump_model(str(HERE / "dump.txt"))
(HERE / "truth").mkdir(exist_ok=True)
(HERE / "truth" / f"{NAME}.json").write_text(json.dumps(TRUTH, indent=1, default=str))
print(NAME, sys.version.split()[0], *TRUTH)
