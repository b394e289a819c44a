"""Write down what each file predicts in the environment that it was made in, which is rebuilt.

python tests/files/pickles/predict.py     needs an index of packages, and Python 3.6 to 3.11
"""

import json
from pathlib import Path

import numpy as np

import loadstone

HERE = Path(__file__).parent
NUMBERS = [[0.1, 0.2, 0.3], [0.9, 0.1, 0.4], [0.5, 0.5, 0.5], [2, -1, 0]]
TEXTS = ["good film", "bad film", "good good bad", "nothing"]
told = {}
for path in sorted(HERE.glob("sklearn-[01].[0-9]*/*.*")):
    if path.suffix == ".json" or "python-2.7" in str(path) or "1.9" in str(path):
        continue
    with loadstone.load(path, env="isolated") as model:
        rows = TEXTS if path.stem == "text" else NUMBERS
        found = {"predict": model.predict(rows, probabilities=True)}
        if model.probabilities is not None:
            found["predict_proba"] = model.probabilities
    name = path.relative_to(HERE).as_posix()
    told[name] = {key: np.asarray(value).tolist() for key, value in found.items()}
    print(name)
(HERE / "predictions.json").write_text(json.dumps(told, indent=1) + "\n")
