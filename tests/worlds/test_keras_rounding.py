"""Bundles of Keras 3 saved with torch, predicted with jax and with TensorFlow."""

import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest
from world_pythons import python_of

import loadstone

with pytest.MonkeyPatch.context() as patch:  # TensorFlow is in the worlds only
    patch.setenv("KERAS_BACKEND", "torch")
    keras = pytest.importorskip("keras")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.skipif(keras.backend.backend() != "torch", reason="another backend is here"),
]
LOAD = """
import json, sys
from pathlib import Path
import loadstone

told = {}
for path in sorted(Path(sys.argv[1]).glob("*.lode")):
    try:
        report = loadstone.load(path, env="current").report
    except loadstone.LoadError as error:
        report = error.report
    told[path.stem] = [report.verdict.predicts_the_same, report.replay.stages[0].difference]
print(json.dumps(told))
"""


def _models():
    layers = keras.layers
    given = keras.Input((12, 16))
    held = layers.LayerNormalization()(layers.MultiHeadAttention(4, 8)(given, given) + given)
    held = layers.GlobalAveragePooling1D()(layers.Dense(64, "gelu")(held))
    ids = keras.Input((20,), dtype="int32")
    read = layers.Bidirectional(layers.LSTM(16))(layers.Embedding(50, 16)(ids))
    deep = [layers.Dense(64, "relu", kernel_initializer="he_normal") for _ in range(10)]
    yield "attention", keras.Model(given, layers.Dense(5, "softmax")(held))
    yield "one", keras.Model(ids, layers.Dense(1, "sigmoid")(read))
    yield "deep", keras.Sequential([keras.Input((32,)), *deep, layers.Dense(4)])
    convolved = [layers.Conv2D(8, 3, activation="relu"), layers.Conv2D(16, 3), layers.Flatten()]
    pictures = [keras.Input((28, 28, 1)), *convolved, layers.Dense(10, "softmax")]
    yield "pictures", keras.Sequential(pictures)
    yield "wide", keras.Sequential([keras.Input((1000,)), layers.Dense(1000), layers.Dense(1)])
    # where it pads unevenly, torch counts the edge again
    pooled = layers.AveragePooling1D(3, 2, "same")
    yield "uneven", keras.Sequential([keras.Input((10, 2)), pooled, layers.Dense(2)])


def _rows(model):
    rng = np.random.default_rng(0)
    (given,) = model.inputs
    shape = (4, *given.shape[1:])
    whole = "int" in str(given.dtype)
    return rng.integers(0, 50, shape, "int32") if whole else rng.normal(size=shape).astype("f4")


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """Return the folder of the bundles, and that of what tells that Loadstone is installed."""
    out = tmp_path_factory.mktemp("saved")
    keras.utils.set_random_seed(0)
    for name, model in _models():
        loadstone.save(model, out / f"{name}.lode", examples=_rows(model))
    described = out / "installed" / "loadstone-0.1.0.dist-info"
    described.mkdir(parents=True)
    (described / "METADATA").write_text("Metadata-Version: 2.1\nName: loadstone\nVersion: 0.1.0\n")
    return out


@pytest.mark.parametrize(
    ("world", "backend"), [("py312-inputs", "jax"), ("py313-tf221", "tensorflow")]
)
def test_rounding_is_within_tolerance_and_another_computation_differs(world, backend, saved):
    """The layer that torch computes otherwise differs; all else is a rounding, and told so."""
    source = Path(loadstone.__file__).parents[1]
    path = os.pathsep.join(map(str, (source, saved / "installed")))
    done = subprocess.run(
        [python_of(world), "-c", LOAD, saved],
        env={**os.environ, "PYTHONPATH": path, "KERAS_BACKEND": backend},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told.pop("uneven")[0] == "differs"
    assert {name: proved for name, (proved, _) in told.items() if proved == "differs"} == {}
    assert any(gap for _, gap in told.values())  # they do round otherwise
    assert len(told) == 5
