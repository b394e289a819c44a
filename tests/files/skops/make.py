# /// script
# requires-python = ">=3.9"
# dependencies = ["skops", "scikit-learn"]
# ///
"""Write a fitted pipeline with skops, in three of its versions, and tell what sklearn holds."""

import json
import sys
from pathlib import Path

import numpy as np
import skops
import skops.io
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

rows = np.random.RandomState(0).rand(20, 3)
labels = np.where(rows[:, 0] > 0.5, "yes", "no")
steps = [("scale", StandardScaler()), ("model", LogisticRegression(C=0.5))]
model = Pipeline(steps).fit(rows, labels)
name = f"pipeline-{skops.__version__}.skops"
skops.io.dump(model, Path(sys.argv[1]) / name)
old = {"trusted": True} if skops.__version__.startswith("0.5") else {}
loaded = skops.io.load(Path(sys.argv[1]) / name, **old)
arrays = {
    f"steps.{step}.{key}": [
        "string" if value.dtype.kind == "U" else value.dtype.name,
        list(np.shape(value)),
    ]
    for step, part in loaded.steps
    for key, value in vars(part).items()
    if isinstance(value, (np.ndarray, np.generic))
}
told = {"sklearn": loaded.steps[0][1].__getstate__()["_sklearn_version"], "arrays": arrays}
print(json.dumps({name: told}))
