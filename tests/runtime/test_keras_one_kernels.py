"""Keras 1 does not write who computed it: what Theano wrote otherwise is refused."""

from types import SimpleNamespace

import pytest

from loadstone.runtime.held import RefusedError
from loadstone.runtime.keras_model import _expect_told


def model_of(*kinds):
    layers = [type(kind, (), {"name": kind.lower(), "weights": []})() for kind in kinds]
    return SimpleNamespace(name="model", weights=[], layers=layers)


def test_convolutions_of_keras_1_are_refused():
    model = model_of("Dense", "Convolution2D")
    with pytest.raises(RefusedError, match="kernels of `convolution2d`"):
        _expect_told(SimpleNamespace(__version__="1.2.2"), model)
    _expect_told(SimpleNamespace(__version__="2.2.4"), model)


def test_others_of_keras_1_are_not():
    _expect_told(SimpleNamespace(__version__="1.2.2"), model_of("Dense", "LSTM"))
