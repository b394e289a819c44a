"""Models of Keras that were pickled predict as those of files do, and say what wrote them."""

import pickle

import numpy as np
import pytest

import loadstone
from loadstone import readers

with pytest.MonkeyPatch.context() as patch:  # TensorFlow is in the worlds only
    patch.setenv("KERAS_BACKEND", "torch")
    keras = pytest.importorskip("keras")
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.skipif(keras.backend.backend() != "torch", reason="another backend is here"),
]
X = np.random.default_rng(0).random((5, 4)).astype("f4")


def model():
    given = keras.Input((4,), name="given")
    out = keras.layers.Dense(2, name="out")(given)
    return keras.Model(given, [out, keras.layers.Softmax(name="odds")(out)])


def test_a_pickled_model_predicts(tmp_path, capfd):
    net, path = model(), tmp_path / "net.pkl"
    path.write_bytes(pickle.dumps(net))
    with pytest.raises(loadstone.LoadError, match="not loaded"):
        loadstone.load(path)
    predictor = loadstone.load(path, trust=True)
    found = predictor.predict(X)
    wanted = [held.detach().numpy() for held in net(X)]
    np.testing.assert_allclose(found["out"], wanted[0], 0, 1e-6)
    np.testing.assert_allclose(found["odds"], wanted[1], 0, 1e-6)
    assert "step" not in "".join(capfd.readouterr())  # its bar of progress


def test_versions_are_those_of_the_model_inside(tmp_path):
    path = tmp_path / "net.pkl"
    path.write_bytes(pickle.dumps({"model": model(), "classes": ["a", "b"]}))
    assert readers.read(path).producer["keras"] == keras.__version__


def test_versions_of_an_older_keras(request):
    path = request.config.rootpath / "tests/files/keras_pickles/dense-2.10.pkl"
    told = readers.read(path).producer
    assert (told["tensorflow"], told["keras"]) == ("2.10.1", "2.10.0")
