# /// script
# requires-python = "==3.10.*"
# dependencies = ["scikit-learn==1.2.2", "numpy==1.23.5", "scipy==1.10.1", "skops==0.11.0"]
# ///
"""Write estimators of scikit-learn 1.2.2 with skops 0.11.0, and tell what they predict."""

import json
import sys
from pathlib import Path

import numpy as np
import skops.io
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import SGDClassifier

FOLDER = Path(sys.argv[1])
rows = np.random.RandomState(0).rand(40, 3)
labels = np.where(rows[:, 0] > 0.5, "yes", "no")
told = {}
for name, model in (
    ("sgd", SGDClassifier(loss="log_loss", random_state=0)),
    ("forest", RandomForestClassifier(3, max_depth=3, random_state=0)),
):
    file = f"{name}-0.11.0.skops"
    skops.io.dump(model.fit(rows, labels), FOLDER / file)
    told[file] = {
        "rows": rows[:8].tolist(),
        "predictions": model.predict(rows[:8]).tolist(),
        "probabilities": model.predict_proba(rows[:8]).tolist(),
    }
(FOLDER / "predictions.json").write_text(json.dumps(told))
