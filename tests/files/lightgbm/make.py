# /// script
# requires-python = ">=3.7"
# dependencies = ["lightgbm", "pandas"]
# ///
"""Make the models of this folder, with the lightgbm that is installed, and what it says of them.

They were made with lightgbm 2.3.1 (Python 3.7), 3.1.1 (3.8), 3.3.5 (3.10), 4.5.0 (3.11) and 4.7.0
(3.12). The objects of `truth/*.json` are what the library reported after it had loaded the file.
"""

import json
import warnings
from pathlib import Path

import lightgbm as lgb
import numpy as np
import pandas as pd

warnings.simplefilter("ignore")
HERE = Path(__file__).parent
NAME = lgb.__version__
rng = np.random.RandomState(0)
X = rng.rand(60, 3)
TRUTH = {}
BASE = {"verbosity": -1, "num_leaves": 4, "min_data_in_leaf": 5, "num_threads": 1}


def keep(name, data, label, rounds=3, **more):
    model = lgb.train({**BASE, **more}, lgb.Dataset(data, label=label), rounds)
    path = HERE / f"{NAME}-{name}.txt"
    model.save_model(str(path))
    again = lgb.Booster(model_file=str(path))
    TRUTH[path.name] = {
        "trees": again.num_trees(),
        "per_iteration": again.num_model_per_iteration(),
        "num_feature": again.num_feature(),
        "feature_names": again.feature_name(),
        "pandas_categorical": again.pandas_categorical,
        "objective": again.dump_model().get("objective"),
    }
    return model


frame = pd.DataFrame(X, columns=["age", "income", "debt"])
model = keep("binary", frame, (X[:, 0] > 0.5).astype(int), objective="binary")
keep("three", X, (X[:, 0] * 3).astype(int), objective="multiclass", num_class=3)
frame = frame.assign(kind=pd.Categorical(list("abc") * 20))
keep("categories", frame, X[:, 0] + (frame["kind"] == "a"), objective="regression")
keep("forest", X, X[:, 0], boosting="rf", bagging_freq=1, bagging_fraction=0.5)
if NAME.startswith("4.5"):
    (HERE / "dump.json").write_text(json.dumps(model.dump_model()))
(HERE / "truth").mkdir(exist_ok=True)
(HERE / "truth" / f"{NAME}.json").write_text(json.dumps(TRUTH, indent=1))
print(NAME, *TRUTH)
