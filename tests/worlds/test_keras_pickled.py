"""Pickles of Keras 2.10 predict in the environment of the TensorFlow that wrote them."""

from pathlib import Path

import pytest
from world_pythons import python_of

import loadstone

FILE = Path(__file__).parents[1] / "files/keras_pickles/dense-2.10.pkl"
pytestmark = pytest.mark.slow


def test_a_pickle_of_keras_210_predicts():
    python_of("py310-tf210")  # skips where such large ones are not built
    with loadstone.load(FILE, trust=True) as predictor:
        found = predictor.predict([[1.0, 1.0, 1.0, 1.0], [0.0, 0.0, 0.0, 0.0]])
    assert found.tolist() == [[1.5, 3.0], [0.5, 1.0]]
