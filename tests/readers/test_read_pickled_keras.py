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


def archive(model_bytes, made):
    """Return the file of a model again, whose first 512 bytes are a header of tar's, or nearly."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(model_bytes)) as held,
        zipfile.ZipFile(out, "w") as written,
    ):
        for place, name in enumerate(held.namelist()):
            info = zipfile.ZipInfo(name)
            if not place:
                info.extra = b"\xfe\xca" + (500).to_bytes(2, "little") + bytes(500)
            written.writestr(info, held.read(name))
    data = bytearray(out.getvalue())
    data[148:156] = b" " * 8
    data[148:156] = b"%06o\0 " % (sum(data[:512]) + (0 if made else 1))
    return bytes(data)


@pytest.mark.parametrize(("made", "word"), [(False, "library"), (True, "yes")])
def test_model_that_is_an_archive_of_tar_too_is_code(tmp_path, made, word):
    path = tmp_path / "model.keras"
    model().save(path)
    data = archive(path.read_bytes(), made)
    name = b"ckeras.saving.pickle_utils\ndeserialize_model_from_bytecode\n"
    pickled = b"\x80\4" + name + b"B" + len(data).to_bytes(4, "little") + data + b"\x85R."
    assert verdict(tmp_path, pickled) == word


@pytest.mark.parametrize("shape", [(-1,), (1, -1)])
def test_model_in_an_array_of_joblib_is_read(tmp_path, shape):
    joblib, numpy = pytest.importorskip("joblib"), pytest.importorskip("numpy")
    path = tmp_path / "model.keras"
    model().save(path)
    held = numpy.frombuffer(path.read_bytes(), "u1").reshape(shape)
    written = io.BytesIO()
    joblib.dump(held, written)
    name = b"ckeras.saving.pickle_utils\ndeserialize_model_from_bytecode\n"
    head, tail = written.getvalue()[:2], written.getvalue()[2:-1]
    frame = tail[9:] if tail[:1] == b"\x95" else tail
    assert verdict(tmp_path, head + name + frame + b"\x85R.") == (
        "library" if len(shape) == 1 else "yes"
    )


@pytest.mark.parametrize("made", [lambda: layers.Dense(2), lambda: layers.Lambda(keras.ops.relu)])
def test_a_pickle_whose_weights_lie_where_h5py_looks_is_that_pickle(tmp_path, made):
    net = keras.Sequential([keras.Input((4,)), made()])
    bare = pickle.dumps({"note": "x" * 300, "model": net}).index(b"\x89HDF")
    place = next(at for at in (512, 1024, 2048) if at >= bare)
    data = pickle.dumps({"note": "x" * (300 + place - bare), "model": net})
    path = tmp_path / "model.pkl"
    path.write_bytes(data)
    found = readers.read(path)
    assert data[place : place + 4] == b"\x89HDF"
    assert found.format == "pickle"
    plain = net.layers[0].name.startswith("dense")
    assert found.opening_runs_code == ("library" if plain else "yes")
