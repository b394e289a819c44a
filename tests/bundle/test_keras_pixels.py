"""Pictures that were scaled before a model that scales them itself are told of."""

import numpy as np
import pytest

import loadstone

keras = pytest.importorskip("keras")
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
RNG = np.random.default_rng(0)
PIXELS = RNG.integers(0, 256, (3, 8, 8, 3)).astype("float32")
TOLD = "the model scales pixels itself (`rescaling`), and these hold 0 to 1: give them as 0 to 255"


def saved(path, *layers):
    given = keras.Input((8, 8, 3))
    head = [keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(2)]
    kept = keras.Sequential([given, *layers, *head])
    kept.save(path)
    return path


def told(path, rows):
    with loadstone.load(path) as predictor:
        predictor.predict(rows)
        return [note for note in predictor.notes if "pixels" in note]


def scaling(scale=1 / 255, **given):
    return keras.layers.Rescaling(scale, name="rescaling", **given)


@pytest.mark.parametrize("given", [{}, {"scale": 1 / 127.5, "offset": -1.0}])
def test_pixels_that_were_scaled_before(given, tmp_path):
    path = saved(tmp_path / "model.keras", keras.layers.Resizing(8, 8), scaling(**given))
    assert told(path, PIXELS / 255) == [TOLD]
    assert told(path, PIXELS) == []


def test_a_model_inside(tmp_path):
    inner = keras.Sequential([keras.Input((8, 8, 3)), scaling(), keras.layers.Conv2D(2, 3)])
    assert told(saved(tmp_path / "model.keras", inner), PIXELS / 255) == [TOLD]


def test_what_says_nothing(tmp_path):
    first = saved(tmp_path / "first.keras", keras.layers.Conv2D(2, 3))
    assert told(first, PIXELS / 255) == []
    later = saved(tmp_path / "later.keras", keras.layers.Conv2D(3, 1), scaling())
    assert told(later, PIXELS / 255) == []
    black = saved(tmp_path / "black.keras", scaling())
    assert told(black, np.ones((2, 8, 8, 3), "float32")) == []
    assert told(black, PIXELS / 127.5 - 1) == []
