# /// script
# requires-python = ">=3.7"
# dependencies = ["xgboost", "scikit-learn"]
# ///
"""Pickle models with the xgboost that is installed, and write what its own `save_model` makes.

They were made with xgboost 0.90 (Python 3.7), 1.3.3 (3.8), 1.7.6 (3.10) and 3.4.1 (3.13).
"""

import pickle
import warnings
from pathlib import Path

import numpy as np
import xgboost as xgb

warnings.simplefilter("ignore")
HERE = Path(__file__).parent
NAME = xgb.__version__
SUFFIX = ".model" if NAME.startswith("0.") else ".json" if NAME < "1.6" else ".ubj"
rng = np.random.RandomState(0)
X = rng.rand(60, 4).astype("float32")
y = (X[:, 0] + X[:, 1] > 1).astype(int)


def keep(name, model, booster, protocol):
    with (HERE / f"{NAME}-{name}.pkl").open("wb") as file:
        pickle.dump(model, file, protocol=protocol)
    booster.save_model(str(HERE / f"{NAME}-{name}{SUFFIX}"))


train = xgb.DMatrix(X, label=y)
booster = xgb.train({"objective": "binary:logistic", "max_depth": 2, "seed": 0}, train, 3)
keep("booster", booster, booster, 2)
model = xgb.XGBClassifier(n_estimators=2, max_depth=2).fit(X, y)
keep("classifier", model, model.get_booster(), 3)
if NAME.startswith("3."):
    other = xgb.XGBRegressor(n_estimators=2, max_depth=2, missing=-1.0).fit(X, X[:, 0])
    keep("missing", other, other.get_booster(), 3)
