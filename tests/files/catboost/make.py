# /// script
# requires-python = ">=3.7"
# dependencies = ["catboost", "pandas"]
# ///
"""Make the models of this folder, with the catboost that is installed, and what it says of them.

They were made with catboost 0.26 (Python 3.7) and 1.2.7 (3.11); those in JSON were written from
the loaded `.cbm`, by 0.26 (3.8) and 1.2.10 (3.13). The objects of `truth/*.json` are
what the library reported after it had loaded the file.
"""

import json
from pathlib import Path

import catboost
import numpy as np
import pandas as pd

HERE = Path(__file__).parent
NAME = catboost.__version__
rng = np.random.RandomState(0)
frame = pd.DataFrame({"age": rng.rand(40), "kind": list("abcd") * 10, "debt": rng.rand(40)})
TRUTH = {}


def keep(name, model, data, label, **more):
    model.fit(data, label, verbose=False, **more)
    for kind in ("cbm", "json"):
        path = HERE / f"{NAME}-{name}.{kind}"
        model.save_model(str(path), format=kind, pool=catboost.Pool(data, label, **more))
        again = type(model)()
        again.load_model(str(path), format=kind)
        tell(path, again)


def tell(path, again):
    classes = getattr(again, "classes_", None)
    metadata = again.get_metadata()
    TRUTH[path.name] = {
        "trees": again.tree_count_,
        "feature_names": list(again.feature_names_),
        "categorical": list(again.get_cat_feature_indices()),
        "classes": [] if classes is None else [str(item) for item in classes],
        "loss": again.get_all_params().get("loss_function"),
        "version": metadata["catboost_version_info"].split("\n")[0].strip(),
        "keys": sorted(metadata.keys()),
    }


OPTIONS = {"iterations": 3, "depth": 2, "thread_count": 1, "allow_writing_files": False}
target = (frame["age"] > 0.5).astype(int)
keep("regressor", catboost.CatBoostRegressor(**OPTIONS), frame[["age", "debt"]], frame["age"])
keep("categories", catboost.CatBoostClassifier(**OPTIONS), frame, target, cat_features=["kind"])
three = np.array(["low", "mid", "high"])[(frame["age"] * 3).astype(int)]
keep("three", catboost.CatBoostClassifier(**OPTIONS), frame[["age", "debt"]], three)
(HERE / "truth").mkdir(exist_ok=True)
(HERE / "truth" / f"{NAME}.json").write_text(json.dumps(TRUTH, indent=1))
print(NAME, *TRUTH)
