"""A live estimator is kept with the versions that are here, and predicts what it predicted here.

What is rebuilt is this environment; `tests/worlds/test_kept.py` builds a real one.
"""

import json
import platform

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

import loadstone
from loadstone.environment import guarantees, here, rebuild
from loadstone.environment.resolve import Lock
from loadstone.environment.wishes import Wishes
from loadstone.errors import SaveError, UsageError
from loadstone.saving_estimator import is_estimator

X = np.random.default_rng(0).normal(size=(60, 3))
Y = np.where(X[:, 0] > 0, "yes", "no")


@pytest.fixture(autouse=True)
def asked(built, monkeypatch):
    """Let what is rebuilt be the environment at hand; return what was wished of it."""
    found = []

    def isolated(artifact, wishes, locked=None):
        found.append(wishes)
        return built

    monkeypatch.setattr(rebuild, "isolated", isolated)
    monkeypatch.setattr(rebuild, "lock", lambda *_: Lock('lock-version = "1.0"\n', "3.11"))
    monkeypatch.setattr(rebuild, "beside", lambda *_, **__: built)
    monkeypatch.setattr(rebuild, "covered", lambda _: guarantees.Choice("rebuilt", "other"))
    return found


def model():
    return make_pipeline(StandardScaler(), LogisticRegression()).fit(X, Y)


def test_it_predicts_the_same_from_the_bundle(tmp_path, asked):
    live = model()
    report = loadstone.save(live, tmp_path / "m.lode", examples=X[:9])
    assert report.verdict.loads == "yes"
    assert report.verdict.predicts_the_same == "identical"
    with loadstone.load(tmp_path / "m.lode") as predictor:
        assert predictor.predict(X).tolist() == live.predict(X).tolist()
    wished = asked[0]
    installed = here.here().distributions
    for name in ("scikit-learn", "numpy", "scipy"):
        assert wished.pins[name] == f"=={installed[name]}"
    assert wished.python == ".".join(platform.python_version_tuple()[:2])


def test_what_the_user_wishes_stands(tmp_path, asked):
    wishes = Wishes(pins={"scikit-learn": "==1.5.2"}, python="3.10")
    loadstone.save(model(), tmp_path / "m.lode", examples=X[:9], wishes=wishes)
    assert asked[0].pins["scikit-learn"] == "==1.5.2"
    assert asked[0].python == "3.10"


def test_other_outputs_than_here_are_not_saved(tmp_path, monkeypatch):
    """What the rebuilt environment predicts is compared with the model that is at hand."""
    live = model()
    turned = np.where(live.predict(X[:9]) == "yes", "no", "yes")
    monkeypatch.setattr("loadstone.saving_estimator._predicted", lambda *_: turned)
    with pytest.raises(SaveError):
        loadstone.save(live, tmp_path / "m.lode", examples=X[:9])
    assert not list(tmp_path.iterdir())


def test_without_examples_nothing_is_claimed(tmp_path):
    assert loadstone.save(model(), tmp_path / "m.lode").verdict.predicts_the_same == "unproven"


def doubled(given):
    return given * 2


@pytest.mark.parametrize(
    ("live", "given", "told"),
    [
        (LogisticRegression(), {"examples": X[:9]}, "not fitted"),
        (model(), {"examples": X[:9, :2]}, "2 columns, and the model was fitted on 3"),
        (model(), {"examples": X[:9], "preprocess": doubled}, "go into a `Pipeline`"),
        (model(), {"examples": X[:9], "code": ["a.py"]}, "code of a live model"),
        (make_pipeline(FunctionTransformer(memoryview(b"x").tobytes)), {}, "cannot be pickled"),
    ],
)
def test_what_cannot_be_saved_is_told(live, given, told, tmp_path):
    with pytest.raises(UsageError, match=told):
        loadstone.save(live, tmp_path / "m.lode", **given)
    assert not list(tmp_path.iterdir())


def test_what_frameworks_save_in_stages_is_no_estimator():
    torch = pytest.importorskip("torch")
    assert not is_estimator(torch.nn.Linear(2, 2))
    assert not is_estimator({"model": model()})
    assert not is_estimator(LogisticRegression)
    assert is_estimator(model())


def test_the_manifest_names_its_class(tmp_path):
    loadstone.save(model(), tmp_path / "kept", examples=X[:9])
    manifest = json.loads((tmp_path / "kept/loadstone.json").read_text())
    assert manifest["name"] == "sklearn.pipeline.Pipeline"
    assert manifest["forms"][0]["kind"] == "original"


def test_rows_of_a_frame_need_pandas_there(tmp_path, asked):
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame(X, columns=["a", "b", "c"])
    live = LogisticRegression().fit(frame, Y)
    loadstone.save(live, tmp_path / "m.lode", examples=frame.iloc[:9])
    assert asked[0].pins["pandas"] == f"=={here.here().distributions['pandas']}"
