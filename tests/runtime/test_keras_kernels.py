"""Theano turns kernels round and pads otherwise: what it computed, another does not predict."""

import os
import shutil
from types import SimpleNamespace

import numpy as np
import pytest

from loadstone.runtime import keras_kernels, keras_model
from loadstone.runtime.held import RefusedError


def keras(version, backend):
    return SimpleNamespace(__version__=version, backend=SimpleNamespace(backend=lambda: backend))


def model_of(*kinds, **attributes):
    layers = [
        type(kind, (), {"name": kind.lower(), "weights": [], **attributes})() for kind in kinds
    ]
    return SimpleNamespace(name="model", weights=[], layers=layers)


@pytest.mark.parametrize(
    ("version", "saved", "here"),
    [
        ("1.2.2", "theano", "tensorflow"),
        ("1.2.2", "tensorflow", "theano"),
        ("2.2.4", "theano", "tensorflow"),
        ("3.15.0", "theano", "jax"),
    ],
)
@pytest.mark.parametrize("kind", ["Convolution2D", "Conv2D", "ConvLSTM2D", "Deconvolution2D"])
def test_another_backend_does_not_compute_convolutions(version, saved, here, kind):
    with pytest.raises(RefusedError, match=f"computed `{kind.lower()}`") as error:
        keras_kernels.expect_own(keras(version, here), model_of("Dense", kind), saved)
    assert error.value.kind == "backend"


def test_tensorflows_own_keras_is_no_theano():
    with pytest.raises(RefusedError, match="Theano computed"):
        keras_kernels.expect_own(SimpleNamespace(), model_of("Conv2D"), "theano")


def test_poolings_differ_at_edges_alone():
    here = keras("2.2.4", "tensorflow")
    with pytest.raises(RefusedError, match="maxpooling2d"):
        keras_kernels.expect_own(here, model_of("MaxPooling2D", padding="same"), "theano")
    with pytest.raises(RefusedError, match="maxpooling2d"):
        keras_kernels.expect_own(here, model_of("MaxPooling2D", border_mode="same"), "theano")
    keras_kernels.expect_own(here, model_of("MaxPooling2D", padding="valid"), "theano")


def test_what_nothing_tells_of_keras_1_is_refused():
    with pytest.raises(RefusedError, match="nothing in it says") as error:
        keras_kernels.expect_own(keras("1.2.2", "tensorflow"), model_of("Convolution2D"), "")
    assert error.value.kind == "object"


@pytest.mark.parametrize(
    ("version", "saved", "here", "kind"),
    [
        ("1.2.2", "theano", "theano", "Convolution2D"),
        ("1.2.2", "tensorflow", "tensorflow", "Convolution2D"),
        ("1.2.2", "theano", "tensorflow", "LSTM"),
        ("2.2.4", "", "tensorflow", "Conv2D"),
        ("3.15.0", "tensorflow", "jax", "Conv2D"),
    ],
)
def test_others_are_not(version, saved, here, kind):
    keras_kernels.expect_own(keras(version, here), model_of("Dense", kind), saved)


def test_theano_computes_by_numpy_where_it_cannot_compile(monkeypatch, tmp_path):
    monkeypatch.setenv("THEANO_FLAGS", "")
    monkeypatch.setattr(shutil, "which", lambda _: None)
    keras_kernels.prepare()
    assert os.environ["THEANO_FLAGS"] == "device=cpu,cxx=,optimizer=None"
    header = tmp_path / "Python.h"
    header.touch()
    monkeypatch.setattr(shutil, "which", lambda _: "/usr/bin/g++")
    monkeypatch.setattr(
        keras_kernels.sysconfig, "get_paths", lambda: {"include": os.fspath(tmp_path)}
    )
    monkeypatch.setattr(keras_kernels, "_blas", lambda: "-L/a -l:b.so")
    keras_kernels.prepare()
    assert os.environ["THEANO_FLAGS"] == "device=cpu,blas.ldflags='-L/a -l:b.so'"
    header.unlink()
    keras_kernels.prepare()
    assert os.environ["THEANO_FLAGS"] == "device=cpu,cxx=,optimizer=None"


def test_theano_is_chosen_before_what_the_user_has_set(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    monkeypatch.setenv("THEANO_FLAGS", "")
    monkeypatch.delitem(keras_model.sys.modules, "keras", raising=False)
    monkeypatch.setattr(
        keras_model.importlib.util, "find_spec", lambda name: name in ("theano", "torch") or None
    )
    monkeypatch.setattr(keras_kernels, "prepare", lambda: None)
    keras_model.choose_backend("theano", only="theano")
    assert os.environ["KERAS_BACKEND"] == "theano"


def test_variables_of_theano_are_moved_and_put_back():
    from loadstone.runtime import neighbours

    class Variable:
        def __init__(self, held):
            self.held = held

        def get_value(self, borrow=False):  # noqa: FBT002 - as Theano has it
            return self.held if borrow else self.held.copy()

        def set_value(self, values):
            self.held = values

    inner = Variable(np.ones((2, 3), "float32"))
    shared = keras_kernels.Shared(inner)
    assert shared.shape == (2, 3)
    with neighbours.moved([shared], np.random.RandomState(0)):
        assert (inner.held != 1).any()
    assert (inner.held == 1).all()
