"""A checkpoint that TensorFlow wrote of a model of Keras 2, into one of Keras 3 without it."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

import loadstone
from loadstone.cli import main
from loadstone.errors import LoadError

keras = pytest.importorskip("keras")
pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]
HERE = Path(__file__).parents[1] / "files/keras2_checkpoint"
CKPT = str(HERE / "model.index")
CASE = json.loads((HERE / "predictions.json").read_text())
X = np.asarray(CASE["rows"], "float32")
CODE = """
import keras
from keras import layers


class Net(keras.Model):
    def __init__(self, first="first", units=4, more=False):
        super().__init__()
        self.scale = layers.Normalization(axis=-1)
        self.memory = layers.Bidirectional(layers.LSTM(3))
        setattr(self, first, layers.Dense(4))
        self.blocks = [layers.Dense(units, name="enc"), layers.Dense(4, name="dec")]
        self.head = keras.Sequential([layers.Dense(2), layers.Dropout(0.1)])
        self.own = self.add_weight(name="offset", shape=(2,), initializer="zeros")
        self.more = layers.Dense(2) if more else None
        self.attribute = first

    def call(self, x):
        x = getattr(self, self.attribute)(self.scale(x))
        for block in self.blocks:
            x = block(x)
        x = self.head(self.memory(x[:, None])) + self.own
        return x if self.more is None else self.more(x)


def build(**told):
    model = Net(**told)
    model(keras.ops.zeros((1, 4)))
    return model
"""


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("net_of_3.py").write_text(CODE)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    sys.modules.pop("net_of_3", None)


def codes(report):
    return [item.check.code for item in report.found]


def predicted(into, **settings):
    with loadstone.load(CKPT, into=into, **settings) as predictor:
        return np.abs(predictor.predict(X) - np.asarray(CASE["predictions"])).max()


def test_every_variable_is_reached_by_attributes():
    """Also the weight that an attribute calls otherwise, and those of a `Normalization`."""
    report = loadstone.check(CKPT, into="net_of_3:build")
    assert codes(report) == []
    assert report.verdict.loads == "yes"
    assert predicted("net_of_3:build") < 1e-5


def test_an_attribute_that_was_renamed():
    into = "net_of_3:build(first='other')"
    assert codes(loadstone.check(CKPT, into=into)) == ["LS415"]
    assert predicted(into, fix="safe") < 1e-5
    report = loadstone.fix(CKPT, into=into, out="fixed.weights.h5")
    assert codes(report) == []
    import net_of_3

    model = net_of_3.build(first="other")
    model.load_weights("fixed.weights.h5")
    assert np.allclose(model.predict(X, verbose=0), CASE["predictions"], 0, 1e-5)


@pytest.mark.parametrize("told", ["more=True", "units=5"])
def test_variables_that_nothing_would_fill(told):
    into = f"net_of_3:build({told})"
    assert codes(loadstone.check(CKPT, into=into)) == ["LS414"]
    with pytest.raises(LoadError, match="LS414"):
        predicted(into)
    assert main(["predict", CKPT, "--into", into, "-i", "x.json"]) != 0
