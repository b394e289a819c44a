"""Layers of Keras that a file calls with `training=True`: told, and what they then predict."""

from pathlib import Path

import numpy as np
import pytest

import loadstone
from loadstone.runtime.keras_run import KerasRun

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
FILES = Path(__file__).parents[1] / "files" / "keras_training"
ROWS = np.random.default_rng(0).random((4, 4)).astype("float32")


@pytest.mark.parametrize("path", sorted(FILES.glob("*-*")), ids=lambda path: path.name)
def test_what_behaves_otherwise_in_training_is_told(path):
    kind = path.name.partition("-")[0]
    found = [item for item in loadstone.check(path).found if item.check.code == "LS603"]
    drawn = ["serving_default"] if path.is_dir() else ["kept"]  # a SavedModel
    layers = {"drawn": drawn, "inside": ["base/norm"], "frozen": []}[kind]
    assert [item.finding.at.name for item in found] == layers


def test_a_call_of_keras_3_draws_and_predict_does_not():
    keras = pytest.importorskip("keras")
    model = keras.models.load_model(FILES / "drawn-3.15.0.keras", compile=False)
    first, second = (np.asarray(model(ROWS).detach()) for _ in range(2))
    assert np.abs(first - second).max() > 1e-3
    predicted = KerasRun(model)(ROWS)
    assert (KerasRun(model)(ROWS) == predicted).all()
    assert np.allclose(KerasRun(model, eager=True)(ROWS), predicted, atol=1e-6)


def test_what_is_frozen_inside_takes_nothing_from_the_batch(tmp_path):
    keras = pytest.importorskip("keras")
    model = keras.models.load_model(FILES / "inside-3.15.0.keras", compile=False)
    model.get_layer("base").trainable = False
    model.save(tmp_path / "frozen.keras")
    assert not loadstone.check(tmp_path / "frozen.keras").found
