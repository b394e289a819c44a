"""Models of BentoML's store, exported ones and a service, by several BentoMLs.

Run in an environment of each: Python 3.9 with bentoml 1.0.22, scikit-learn 1.2.2, xgboost 1.7.6;
3.11 with bentoml 1.4.40, scikit-learn 1.7.2, xgboost 2.1.4. What each says after loading from its
store is beside.
"""

import json
import os
import shutil
import sys
import tempfile
import warnings
from pathlib import Path

os.environ["BENTOML_HOME"] = tempfile.mkdtemp()
os.environ["BENTOML_DO_NOT_TRACK"] = "True"

import bentoml
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

warnings.simplefilter("ignore")
HERE = Path(__file__).resolve().parent
OLD = bentoml.__version__.startswith("1.0.")
ROWS = np.arange(8.0).reshape(4, 2)
LABELS = [0, 0, 1, 1]


def sklearn():
    return bentoml.sklearn.save_model(
        "scorer",
        LogisticRegression().fit(ROWS, LABELS),
        signatures={"predict": {"batchable": True, "batch_dim": 0}, "predict_proba": {}},
        labels={"owner": "team"},
        metadata={"accuracy": 0.9},
        custom_objects={"scaler": StandardScaler().fit(ROWS)},
    )


def xgboost():
    import xgboost

    model = xgboost.train({"max_depth": 2}, xgboost.DMatrix(ROWS, LABELS), 2)
    return bentoml.xgboost.save_model("booster", model)


def picklable():
    return bentoml.picklable_model.save_model("scaled", StandardScaler().fit(ROWS).transform)


def created():
    """A folder that the user fills."""
    given = {}
    if OLD:
        from bentoml.models import ModelContext

        given = {"context": ModelContext("", {}), "signatures": {}, "module": ""}
    with bentoml.models.create("mine", **given) as model:
        place = Path(model.path)
        np.savez(place / "weights.npz", coef=np.ones((2, 3), np.float32))
        (place / "config.json").write_text('{"classes": 3}\n')
    return model


SERVICE = """
import bentoml
from bentoml.io import JSON

svc = bentoml.Service("greeter")


@svc.api(input=JSON(), output=JSON())
def greet(given):
    return given
"""
NEWER = """
import bentoml


@bentoml.service
class Greeter:
    @bentoml.api
    def greet(self, given: dict) -> dict:
        return given
"""


def service(folder):
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "service.py").write_text(SERVICE if OLD else NEWER)
        name = "service:svc" if OLD else "service:Greeter"
        told = {"packages": ["numpy==1.26.4"], "lock_packages": False}
        bento = bentoml.bentos.build(name, build_ctx=place, python=told)
    shutil.copytree(bento.path, folder)
    info = bento.info
    return {
        "tag": str(bento.tag),
        "service": info.service,
        "bentoml_version": info.bentoml_version,
        "apis": [item.name for item in getattr(info, "apis", ())]
        or [item["name"] for item in getattr(info, "schema", {}).get("routes", ())],
        "models": [str(item.tag) for item in info.models],
    }


def told(saved):
    info = bentoml.models.get(saved.tag).info
    held = {
        "tag": str(saved.tag),
        "module": info.module,
        "bentoml_version": info.context.bentoml_version,
        "python_version": info.context.python_version,
        "framework_versions": dict(info.context.framework_versions),
        "signatures": sorted(info.signatures),
        "labels": dict(info.labels),
        "metadata": dict(info.metadata),
        "files": sorted(path.name for path in Path(saved.path).iterdir()),
    }
    module = info.module.partition("bentoml.")[2]
    if module:
        loaded = getattr(bentoml, module).load_model(saved.tag)
        kind = type(loaded)
        held["loaded"] = f"{kind.__module__}.{kind.__qualname__}"
    return held


def main():
    (HERE / "truth").mkdir(exist_ok=True)
    for maker in (sklearn, xgboost, picklable, created):
        name = f"{bentoml.__version__}-{maker.__name__}"
        folder = HERE / name
        shutil.rmtree(folder, ignore_errors=True)
        saved = maker()
        shutil.copytree(saved.path, folder)
        (HERE / "truth" / f"{name}.json").write_text(json.dumps(told(saved)) + "\n")
        if maker is sklearn:
            exported = HERE / f"{bentoml.__version__}.bentomodel"
            exported.unlink(missing_ok=True)
            bentoml.models.export_model(saved.tag, str(exported))
    name = f"{bentoml.__version__}-service"
    shutil.rmtree(HERE / name, ignore_errors=True)
    (HERE / "truth" / f"{name}.json").write_text(json.dumps(service(HERE / name)) + "\n")


main()
shutil.rmtree(os.environ["BENTOML_HOME"])
sys.stdout.flush()
