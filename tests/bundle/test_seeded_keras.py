"""A model of Keras 3 that draws on purpose is proved from a seed, whichever generator it has."""

import numpy as np
import pytest

import loadstone
from loadstone import SaveError

keras = pytest.importorskip("keras")
if keras.backend.backend() != "torch":
    pytest.skip("the generators of TensorFlow are its own", allow_module_level=True)
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@keras.saving.register_keras_serializable("test")
class Noisy(keras.layers.Layer):
    """Draws from a generator of its own, and from the one that all share."""

    def __init__(self, **options):
        super().__init__(**options)
        self.drawn = keras.random.SeedGenerator(3)

    def call(self, x):
        own = keras.random.normal(keras.ops.shape(x), seed=self.drawn)
        return x + own + keras.random.normal(keras.ops.shape(x))


@pytest.fixture
def model():
    inputs = keras.Input((3,))
    return keras.Model(inputs, keras.layers.Dense(2)(Noisy()(inputs)))


X = np.arange(6, dtype=np.float32).reshape(2, 3)


def test_with_a_seed_it_is_proved_and_draws_freely(model, tmp_path):
    with pytest.raises(SaveError, match="LS602"):
        loadstone.save(model, tmp_path / "no", examples=X)
    report = loadstone.save(model, tmp_path / "net", examples=X, seed=7)
    assert report.verdict.predicts_the_same == "identical"
    loaded = loadstone.load(tmp_path / "net")
    assert "drawn from seed 7" in loaded.report.verdict.predicts_because
    assert (loaded.predict(X) != loaded.predict(X)).all()
