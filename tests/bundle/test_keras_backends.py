"""Layers that Keras 3 computes otherwise with torch: told where they predict, and where not."""

import json
from pathlib import Path

import numpy as np
import pytest

import loadstone

keras = pytest.importorskip("keras")
pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.skipif(keras.backend.backend() != "torch", reason="another backend is here"),
]
FILES = Path(__file__).parents[1] / "files" / "keras_backends"


@pytest.mark.parametrize("name", ["uneven", "across", "even"])
def test_what_is_computed_otherwise_is_told_with_the_predictions(name):
    truth = json.loads((FILES / f"{name}.json").read_text("utf-8"))
    with loadstone.load(FILES / f"{name}.h5", env="current") as model:
        found = model.predict(np.array(truth["rows"], "float32"))
        told = [note for note in model.notes if "otherwise with torch" in note]
    differs = np.abs(found - truth["predictions"]).max() > 1e-3
    assert bool(told) == differs == (name != "even")


def test_the_backend_is_said_that_computed():
    file = FILES.parent / "keras_values/trained-3.15.0.keras"
    with loadstone.load(file, env="current") as model:
        model.predict(np.zeros((1, *model_shape(file)), "float32"))
        assert model.notes[0] == f"computed by Keras {keras.__version__} with torch"


def model_shape(file):
    """Return the shape of a row."""
    (given,) = loadstone.inspect(file).signatures[0].inputs
    return given.shape[1:]


@pytest.mark.parametrize(
    ("name", "layers"), [("uneven", "mean"), ("across", "norm"), ("even", None)]
)
def test_an_archive_says_which_layers(name, layers):
    detail = loadstone.inspect(FILES / f"{name}.keras").detail
    assert detail.get("other_with_torch") == layers
