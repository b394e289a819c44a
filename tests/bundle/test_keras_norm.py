"""A `Normalization` that learnt its rows under Keras 2: its weights in each kind of file."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

import loadstone

keras = pytest.importorskip("keras")
pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]
FILES = Path(__file__).parents[1] / "files/keras_norm"
TRUTH = json.loads((FILES / "norm.json").read_text())
CODE = """
import keras


def build(axis=-1):
    norm = keras.layers.Normalization(axis=axis, name="norm")
    return keras.Sequential([keras.Input((4,)), norm, keras.layers.Dense(2, name="out")])
"""


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("own_norm.py").write_text(CODE)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    sys.modules.pop("own_norm", None)


@pytest.mark.parametrize("name", ["norm.h5", "norm.weights.h5", "norm.index"])
def test_what_it_learnt_is_loaded(name):
    file = str(FILES / name)
    report = loadstone.check(file, into="own_norm:build")
    assert ([item.check.code for item in report.found], report.verdict.loads) == ([], "yes")
    assert report.verdict.loads_because.startswith("5 of 5 variables")
    rows = np.asarray(TRUTH["rows"], "float32")
    with loadstone.load(file, into="own_norm:build", env="current") as predictor:
        found = predictor.predict(rows)
    assert np.allclose(found, TRUTH["predictions"], 0, 1e-6)


@pytest.mark.parametrize("name", ["norm.h5", "norm.weights.h5", "norm.index"])
def test_one_that_learnt_other_axes_is_not_filled(name):
    """One mean for all columns has another shape."""
    report = loadstone.check(str(FILES / name), into="own_norm:build(axis=None)")
    assert [item.check.code for item in report.found] == ["LS414"]
    assert report.verdict.loads == "no"
