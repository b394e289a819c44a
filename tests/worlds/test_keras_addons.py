"""A layer that tensorflow-addons registers predicts where that is, without code of the user's."""

from pathlib import Path

import numpy as np
import pytest

import loadstone
from loadstone.environment import interpreters

FILES = Path(__file__).parents[1] / "files/keras_addons"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not any(map(interpreters.of, ("3.9", "3.10", "3.11"))),
        reason="no Python that TensorFlow 2.15 is for",
    ),
]


@pytest.mark.parametrize("name", ["maxout.h5", "maxout.keras"])
def test_a_layer_of_addons_predicts(name):
    with np.load(FILES / "maxout.npz") as held:
        inputs, outputs = held["inputs"], held["outputs"]
    trust = name.endswith(".keras")  # which names the module that is imported
    with loadstone.load(FILES / name, trust=trust) as predictor:
        assert predictor.about["versions"]["tensorflow"].startswith("2.15.")
        np.testing.assert_allclose(predictor.predict(inputs), outputs, 0, 1e-6)
