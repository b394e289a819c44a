"""Keras 1 predicts in its own environment what its layers compute: numpy works it out beside it."""

import json
import shutil
from pathlib import Path

import h5py
import numpy as np
import pytest

import loadstone
from loadstone.environment import interpreters

pytestmark = pytest.mark.slow
FILE = Path(__file__).parents[1] / "files/keras/keras-1.2.2/sequential.h5"
X = np.random.default_rng(0).random((5, 4)).astype("float32")


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


def test_keras_1_is_rebuilt_with_a_tensorflow_that_it_works_with(tmp_path):
    if interpreters.of("3.6") is None:
        pytest.skip("no Python 3.6 here")
    with loadstone.load(FILE) as predictor:
        assert predictor.about["versions"]["keras"] == "1.2.2"
        np.testing.assert_allclose(predictor.predict(X), by_hand(FILE), 0, 1e-6)
    report = loadstone.save(shutil.copy(FILE, tmp_path), tmp_path / "one.lode", examples=X)
    assert report.verdict.predicts_the_same == "identical"
