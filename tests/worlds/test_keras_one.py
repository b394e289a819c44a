"""Keras 1 and 2 predict in their own environment, by the backend that computed the model."""

import json
import shutil
from pathlib import Path

import h5py
import numpy as np
import pytest

import loadstone
from loadstone.environment import interpreters

FILES = Path(__file__).parents[1] / "files"
FILE = FILES / "keras/keras-1.2.2/sequential.h5"
KERNELS = FILES / "keras_kernels"
X = np.random.default_rng(0).random((5, 4)).astype("float32")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(interpreters.of("3.6") is None, reason="no Python 3.6 here"),
]


def by_hand(path):
    """Return what the three layers of the file give: two of `Dense`, and a norm between them."""
    with h5py.File(path) as file:
        held = {
            name.rpartition("/")[2]: item[()]
            for group in file["model_weights"].values()
            for name, item in group.items()
        }
        layers = json.loads(file.attrs["model_config"])["config"]
    told = {layer["config"]["name"]: layer["config"] for layer in layers}
    assert (told["hidden"]["activation"], told["out"]["activation"]) == ("relu", "softmax")
    found = np.maximum(X @ held["hidden_W"] + held["hidden_b"], 0)
    # what is called a deviation is the variance
    scale = held["norm_gamma"] / np.sqrt(held["norm_running_std"] + told["norm"]["epsilon"])
    found = (found - held["norm_running_mean"]) * scale + held["norm_beta"]
    found = np.exp(found @ held["out_W"] + held["out_b"])
    return found / found.sum(1, keepdims=True)


def test_dense_layers_are_as_numpy_works_them_out(tmp_path):
    with loadstone.load(FILE) as predictor:
        assert predictor.about["versions"]["keras"] == "1.2.2"
        np.testing.assert_allclose(predictor.predict(X), by_hand(FILE), 0, 1e-6)
    report = loadstone.save(shutil.copy(FILE, tmp_path), tmp_path / "one.lode", examples=X)
    assert report.verdict.predicts_the_same == "identical"


@pytest.mark.parametrize(
    ("name", "library"),
    [
        ("1.2.2-theano", "theano"),
        ("1.2.2-tensorflow", "tensorflow"),
        ("2.2.4-theano", "theano"),
    ],
)
def test_convolutions_are_as_their_own_backend_computed_them(tmp_path, name, library):
    path = shutil.copy(KERNELS / f"{name}.h5", tmp_path)
    with np.load(KERNELS / f"{name}.npz") as held:
        inputs, outputs = held["inputs"], held["outputs"]
    with loadstone.load(path) as predictor:
        assert {"theano", "tensorflow"} & set(predictor.about["versions"]) == {library}
        np.testing.assert_allclose(predictor.predict(inputs), outputs, 0, 1e-5)
    report = loadstone.save(path, tmp_path / "one.lode", examples=(inputs, outputs))
    assert report.verdict.predicts_the_same == "identical"
