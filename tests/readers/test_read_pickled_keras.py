"""Pickles of Keras's models: read as the file that they hold, and told of where that runs more."""

import io
import json
import os
import pickle
import zipfile

import pytest

from loadstone import readers

os.environ.setdefault("KERAS_BACKEND", "torch")  # TensorFlow is in the worlds only
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
keras = pytest.importorskip("keras")
layers = keras.layers


def model(*inside):
    return keras.Sequential([keras.Input((4,)), *inside, layers.Dense(2)])


def verdict(tmp_path, data):
    path = tmp_path / "model.pkl"
    path.write_bytes(data)
    return readers.read(path).opening_runs_code


@pytest.mark.parametrize("protocol", range(3, 6))
@pytest.mark.parametrize("wrap", [lambda it: it, lambda it: {"model": it, "columns": ["a"]}])
def test_model_of_layers_is_library(tmp_path, protocol, wrap):
    assert verdict(tmp_path, pickle.dumps(wrap(model(layers.Dropout(0.1))), protocol)) == "library"


def test_masked_model_is_library(tmp_path):
    made = keras.Sequential(
        [keras.Input((4,)), layers.Embedding(5, 2, mask_zero=True), layers.LSTM(2)]
    )
    assert verdict(tmp_path, pickle.dumps(made)) == "library"


@pytest.mark.parametrize(
    "layer",
    [
        lambda: layers.Lambda(lambda x: x + 1),
        lambda: layers.Lambda(keras.ops.relu),
        lambda: layers.Lambda(keras.ops.exp),
    ],
)
def test_layers_that_only_the_safe_mode_refuses_are_told(tmp_path, layer):
    assert verdict(tmp_path, pickle.dumps(model(layer()))) == "yes"


@keras.saving.register_keras_serializable("own")
class Twice(layers.Layer):
    def call(self, inputs):
        return inputs * 2


def test_layer_of_its_own_is_told(tmp_path):
    assert verdict(tmp_path, pickle.dumps(model(Twice()))) == "yes"


@pytest.mark.parametrize(
    ("class_name", "module"),
    [
        ("Lambda", "keras.layers"),
        ("Popen", "subprocess"),
        ("get_file", "keras.src.utils.file_utils"),
    ],
)
def test_configuration_that_names_other_things_is_told(tmp_path, class_name, module):
    path = tmp_path / "model.keras"
    model(layers.Dropout(0.1)).save(path)
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "config.json":
                config = json.loads(text)
                layer = config["config"]["layers"][1]
                layer.update(class_name=class_name, module=module)
                text = json.dumps(config).encode()
            new.writestr(name, text)

    class Loads:
        def __reduce__(self):
            return keras.Sequential._unpickle_model, (out,)

    assert verdict(tmp_path, pickle.dumps(Loads())) in ("yes", "unknown")


def test_bytes_that_are_no_model_are_told(tmp_path):
    class Loads:
        def __reduce__(self):
            return keras.Sequential._unpickle_model, (io.BytesIO(b"PK\3\4 and no more"),)

    assert verdict(tmp_path, pickle.dumps(Loads())) == "yes"


def test_bytes_in_memory_are_library(tmp_path):
    assert verdict(tmp_path, pickle.dumps({"png": io.BytesIO(b"a")})) == "library"
