"""PMML by JPMML and by nyoka, in several versions.

Run in an environment of each, with a Java for the first two: Python 3.10 with sklearn2pmml 0.100.2
(the oldest on PyPI), scikit-learn 1.2.2; 3.11 with sklearn2pmml 0.133.1, scikit-learn 1.6.1; 3.8
with nyoka 4.3.0, scikit-learn 0.23.2; 3.11 with nyoka 5.5.0, scikit-learn 1.5.2. `load.py` says
what JPMML's evaluator reports of each after loading it.
"""

import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

HERE = Path(__file__).resolve().parent
FRAME = pd.DataFrame(
    {
        "age": np.array([20.0, 30.0, 40.0, 50.0] * 5),
        "rooms": np.array([1, 2, 3, 4] * 5, np.int64),
        "city": ["a", "b", "a", "c"] * 5,
        "owner": np.array([True, False] * 10),
    }
)
PRICE = pd.Series(np.arange(20.0), name="price")
LABEL = pd.Series(["no", "yes"] * 10, name="buys")


def columns():
    return ColumnTransformer(
        [
            ("scaled", StandardScaler(), ["age", "rooms"]),
            ("coded", OneHotEncoder(handle_unknown="ignore"), ["city"]),
        ]
    )


def jpmml(tag):
    from sklearn2pmml import sklearn2pmml
    from sklearn2pmml.pipeline import PMMLPipeline

    made = {
        "linear": (PMMLPipeline([("mapper", columns()), ("model", LinearRegression())]), PRICE),
        "logistic": (PMMLPipeline([("mapper", columns()), ("model", LogisticRegression())]), LABEL),
        "forest": (
            PMMLPipeline([
                ("mapper", columns()),
                ("model", RandomForestClassifier(2, max_depth=2, random_state=0)),
            ]),
            LABEL,
        ),
    }  # fmt: skip
    for name, (pipeline, target) in made.items():
        pipeline.fit(FRAME, target)
        sklearn2pmml(pipeline, str(HERE / f"{tag}-{name}.pmml"))


def nyoka(tag):
    from nyoka import skl_to_pmml

    named = ["age", "rooms"]
    made = {
        "linear": (LinearRegression(), PRICE),
        "forest": (RandomForestClassifier(2, max_depth=2, random_state=0), LABEL),
    }
    for name, (model, target) in made.items():
        pipeline = Pipeline([("scaled", StandardScaler()), ("model", model)])
        pipeline.fit(FRAME[named], target)
        skl_to_pmml(pipeline, named, target.name, str(HERE / f"{tag}-{name}.pmml"))


def main():
    for package, maker in (("sklearn2pmml", jpmml), ("nyoka", nyoka)):
        try:
            told = version(package)
        except PackageNotFoundError:
            continue
        maker(f"{package}-{told}")


main()
sys.stdout.flush()
