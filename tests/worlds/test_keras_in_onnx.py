"""Live Keras models on torch, converted to ONNX beside TensorFlow in an environment of its own."""

import json
import subprocess
import sys
import zipfile

import numpy as np
import pytest

import loadstone

with pytest.MonkeyPatch.context() as patch:  # TensorFlow is in the environment that is built
    patch.setenv("KERAS_BACKEND", "torch")
    keras = pytest.importorskip("keras")
pytest.importorskip("onnxruntime")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.skipif(keras.backend.backend() != "torch", reason="another backend is here"),
]
LOAD = """
import sys
for name in ("keras", "tensorflow", "torch", "jax"):
    sys.modules[name] = None  # none of them is here
import json
import loadstone
report = loadstone.load(sys.argv[1], env="current").report
print(json.dumps([report.verdict.predicts_the_same, report.replay.form]))
"""


def _several():
    layers = keras.layers
    one, two = keras.Input((4,), name="one"), keras.Input((3,), name="two")
    both = layers.Dense(1, name="both")(layers.Concatenate()([one, two]))
    model = keras.Model([one, two], [layers.Dense(2, name="alone")(one), both])
    return model, {"one": _rows(5, 4), "two": _rows(5, 3)}


def _words():
    layers = keras.layers
    ids = keras.Input((20,), dtype="int32")
    read = layers.LSTM(8)(layers.Embedding(50, 6)(ids))
    rows = np.random.default_rng(0).integers(0, 50, (5, 20), "int32")
    return keras.Model(ids, layers.Dense(1, "sigmoid")(read)), rows


def _rows(*shape):
    return np.random.default_rng(0).normal(size=shape).astype("float32")


@pytest.mark.parametrize("make", [_several, _words])
def test_asked_for_it_predicts_without_keras(make, tmp_path):
    """What is here is torch, so that nothing converts here."""
    keras.utils.set_random_seed(0)
    model, rows = make()
    path = tmp_path / "net.lode"
    loadstone.save(model, path, examples=rows, forms=["native", "onnx"])
    with zipfile.ZipFile(path) as archive:
        told = json.loads(archive.read("loadstone.json"))
    assert ([form["kind"] for form in told["forms"]], told["dropped"]) == (["keras", "onnx"], [])
    line = [sys.executable, "-c", LOAD, path]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    proved, form = json.loads(done.stdout)
    assert proved in ("identical", "within tolerance")
    assert form == "onnx"
