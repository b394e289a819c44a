"""Models of MLEM in several versions, with what each says after loading them.

Run in an environment of each: Python 3.9 with mlem 0.2.9, scikit-learn 1.1.3; 3.10 with mlem
0.4.14, scikit-learn 1.5.2, lightgbm 4.7.0. MLEM ended in 2023 with 0.4.14.
"""

import json
import shutil
import sys
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
from mlem.api import load, load_meta, save
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

HERE = Path(__file__).resolve().parent
VERSION = version("mlem")
FRAME = pd.DataFrame({"age": [1.0, 2.0, 3.0, 4.0], "income": [1, 2, 3, 4]})
LABELS = [0, 0, 1, 1]


def sklearn():
    return LogisticRegression().fit(FRAME, LABELS), FRAME


def pipeline():
    rows = FRAME.to_numpy()
    return make_pipeline(StandardScaler(), LogisticRegression()).fit(rows, LABELS), rows


def function():
    return (lambda frame: frame.sum(axis=1)), FRAME


def lightgbm():
    import lightgbm

    rows = np.arange(80.0).reshape(40, 2)
    data = lightgbm.Dataset(rows, [0, 1] * 20, free_raw_data=False)
    told = {"objective": "binary", "num_leaves": 3, "min_data_in_leaf": 5, "verbose": -1}
    return lightgbm.train(told, data, 2), rows


def main():
    (HERE / "truth").mkdir(exist_ok=True)
    makers = [sklearn, pipeline, function]
    makers += [lightgbm] if find_spec("lightgbm") else []
    for maker in makers:
        folder = HERE / f"{VERSION}-{maker.__name__}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        model, rows = maker()
        save(model, str(folder / "model"), sample_data=rows)
        meta = load_meta(str(folder / "model"))
        loaded = load(str(folder / "model"))
        kind = type(loaded)
        methods = meta.model_type.methods
        told = {
            "type": meta.model_type.type,
            "artifacts": {key: value.uri for key, value in meta.artifacts.items()},
            "requirements": {item.module: item.version for item in meta.requirements.installable},
            "methods": {
                name: [argument.name for argument in signature.args]
                for name, signature in methods.items()
            },
            "loaded": f"{kind.__module__}.{kind.__qualname__}",
        }
        text = json.dumps(told, indent=1)
        (HERE / "truth" / f"{folder.name}.json").write_text(text + "\n")


main()
sys.stdout.flush()
