# /// script
# requires-python = ">=3.6"
# dependencies = ["keras==3.15.0", "jax", "h5py"]
# ///
"""Make the files of Keras: `python make.py`, in each of the versions that are kept.

Keras 1.2.2 and 2.2.4 with Theano 1.0.5 (Python 3.6, `h5py<3`); `tf.keras` of TensorFlow 1.15.5
(3.7, `pyyaml`), 2.8.4 (3.9), 2.13.1 and 2.15.1 (3.11); Keras 3.15.0 with JAX (3.11). What h5py
and Keras itself report of them is kept in `truth.json`.
"""

import hashlib
import json
import os
import sys
import zipfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["THEANO_FLAGS"] = "cxx=,optimizer=None,device=cpu,floatX=float32"

import h5py
import numpy as np

try:
    import tensorflow as tf

    keras = tf.keras
except ImportError:
    os.environ["KERAS_BACKEND"] = "jax" if sys.version_info >= (3, 9) else "theano"
    tf = None
    import keras

    if sys.version_info < (3, 9):  # noqa: UP036 - it is run by 3.6 as well
        import theano.ifelse  # noqa: F401 - Keras 1 takes it as there

KERAS = keras.__version__ if hasattr(keras, "__version__") else __import__("keras").__version__
NAME = ("tf-" + tf.__version__) if tf else ("keras-" + KERAS)
VERSION = tuple(int(part) for part in KERAS.split("-")[0].split(".")[:2])
HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, NAME)
ONE = VERSION < (2, 0)
THREE = VERSION >= (3, 0)
ZIPS = VERSION >= (2, 13)
L = keras.layers
TRUTH = {}
np.random.seed(0)  # noqa: NPY002 - numpy of 2019 has no other


def at(name):
    return os.path.join(OUT, name)


def dense(units, **given):
    return L.Dense(output_dim=units, **given) if ONE else L.Dense(units, **given)


def sequential():
    """Compiled and fitted for a step, so that an optimizer is kept."""
    model = keras.models.Sequential()
    if ONE or VERSION < (2, 3):
        model.add(dense(3, input_shape=(4,), activation="relu", name="hidden"))
    else:
        model.add(L.Input((4,)))
        model.add(dense(3, activation="relu", name="hidden"))
    model.add(L.BatchNormalization(name="norm"))
    model.add(dense(2, activation="softmax", name="out"))
    model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
    values = np.random.rand(8, 4).astype("float32")  # noqa: NPY002 - as above
    model.fit(values, np.eye(2, dtype="float32")[[0, 1] * 4], verbose=0)
    return model


def functional():
    """Two inputs, a model inside, wrappers around layers."""
    tokens = L.Input((6,), dtype="int32", name="tokens")
    extra = L.Input((3,), name="extra")
    inner = keras.models.Sequential(name="inner")
    inner.add(L.Dense(4, input_shape=(8,), name="inner_dense") if not THREE else L.Input((8,)))
    if THREE:
        inner.add(L.Dense(4, name="inner_dense"))
    found = L.Embedding(10, 5, name="embedding")(tokens)
    found = L.TimeDistributed(dense(4, name="each"), name="times")(found)
    found = L.Bidirectional(L.LSTM(4, name="lstm"), name="both")(found)
    found = inner(found)
    merged = L.concatenate([found, extra], name="joined")
    return keras.models.Model([tokens, extra], [dense(2, name="score")(merged)], name="scorer")


def branches():
    """The functional model of Keras 1, which merges by a layer of its own."""
    left, right = L.Input((6,), name="left"), L.Input((3,), name="right")
    merged = L.merge([dense(4, name="one")(left), right], mode="concat", name="joined")
    return keras.models.Model(input=[left, right], output=dense(2, name="score")(merged))


def with_lambda():
    model = keras.models.Sequential(name="doubled") if not ONE else keras.models.Sequential()
    given = {"output_shape": (4,)}
    if THREE or VERSION >= (2, 6):
        model.add(L.Input((4,)))
        model.add(L.Lambda(lambda x: x * 2 + SHIFT, name="double", **given))
    else:
        model.add(L.Lambda(lambda x: x * 2 + SHIFT, name="double", input_shape=(4,), **given))
    model.add(dense(1, name="out"))
    return model


SHIFT = 1.0


class Scale(L.Layer):
    def __init__(self, factor=2.0, **given):
        super(Scale, self).__init__(**given)  # noqa: UP008 - Python 3.6 with Keras 1
        self.factor = factor

    def call(self, inputs, mask=None):
        return inputs * self.factor

    def compute_output_shape(self, shape):
        return shape

    def get_config(self):
        held = super(Scale, self).get_config()  # noqa: UP008 - as above
        held["factor"] = self.factor
        return held


def own_loss(true, predicted):
    return keras.backend.mean((true - predicted) ** 2) if not THREE else (true - predicted) ** 2


def custom():
    """A layer of one's own, one that is registered under a package, a loss of one's own."""
    model = keras.models.Sequential()
    first = {} if VERSION >= (2, 6) else {"input_shape": (4,)}
    if VERSION >= (2, 6):
        model.add(L.Input((4,)))
    model.add(Scale(3.0, name="scale", **first))
    if hasattr(keras, "saving") or hasattr(keras.utils, "register_keras_serializable"):
        where = keras.saving if hasattr(keras, "saving") and VERSION >= (2, 13) else keras.utils
        registered = where.register_keras_serializable("my_pkg")(type("Shift", (Scale,), {}))
        model.add(registered(1.0, name="shift"))
    model.add(dense(1, name="out"))
    model.compile("sgd", own_loss)
    return model


def operations():
    """Functions of TensorFlow on Keras tensors: a layer of Keras 2.4 to 2.15."""
    inputs = L.Input((4, 4), name="inputs")
    found = tf.reshape(inputs[:, :, 0], (-1, 4)) + 1.0
    return keras.models.Model(inputs, L.Dense(2, name="out")(tf.nn.relu(found)))


def mixed():
    policy = keras.mixed_precision.Policy if VERSION >= (2, 4) else None
    model = keras.models.Sequential([L.Input((4,))])
    model.add(L.Dense(2, dtype=policy("mixed_float16"), name="half"))
    model.add(L.Dense(1, dtype="float32", name="whole"))
    return model


def half():
    """Weights of `bfloat16`, which HDF5 has no type for."""
    model = keras.models.Sequential([L.Input((4,))])
    model.add(L.Dense(2, dtype="bfloat16", name="brief"))
    return model


def text_of(value):
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, str):
        return value
    if isinstance(value, np.ndarray) and value.dtype.kind in "SOU":
        return [text_of(item) for item in value.ravel().tolist()]
    return None


def digest(value):
    packed = np.ascontiguousarray(value)
    return hashlib.sha256(packed.tobytes()).hexdigest()[:16]


def described(file):
    """Return what h5py says of every dataset and every attribute."""
    found = {"datasets": {}, "attributes": {}}

    def note(name, item):
        for key, value in item.attrs.items():
            found["attributes"].setdefault(name, {})[key] = text_of(value)
        if isinstance(item, h5py.Dataset):
            value = item[()]
            found["datasets"][name] = [str(item.dtype), list(item.shape), digest(value)]

    note("", file)
    file.visititems(note)
    for held in found["attributes"].values():
        for key, value in held.items():
            if isinstance(value, str) and len(value) > 200:
                held[key] = "sha256:" + hashlib.sha256(value.encode()).hexdigest()
    return found


def shapes_of(value):
    many = value if isinstance(value, list) else [value]
    return [[None if n is None else int(n) for n in tuple(item.shape)] for item in many]


def kept(name, model=None):
    """Note what h5py reports of a file, and what Keras reports of its model."""
    held = {}
    if zipfile.is_zipfile(at(name)):
        with zipfile.ZipFile(at(name)) as archive:
            held["members"] = archive.namelist()
            held["metadata"] = json.loads(archive.read("metadata.json").decode())
            with archive.open("model.weights.h5") as file, h5py.File(file, "r") as inside:
                held.update(described(inside))
    elif h5py.is_hdf5(at(name)):
        with h5py.File(at(name), "r") as file:
            held.update(described(file))
    if model is not None:
        held["class"] = type(model).__name__
        held["layers"] = [[item.name, type(item).__name__] for item in model.layers]
        held["weights"] = [[str(w.name), list(map(int, w.shape))] for w in weights(model)]
        held["keras"] = KERAS
        held["compiled"] = bool(getattr(model, "optimizer", None))
        if not ONE and VERSION != (2, 2):
            held["inputs"] = shapes_of(model.inputs)
            held["outputs"] = shapes_of(model.outputs)
    TRUTH[name] = held


def weights(model):
    if not ONE and VERSION != (2, 2):
        return model.weights
    found = [w for layer in model.layers for w in layer.weights]

    class Plain:
        def __init__(self, variable):
            self.name = variable.name
            self.shape = variable.get_value().shape

    return found if tf else [Plain(w) for w in found]


def tried(name, model, save=None):
    (save or model.save)(at(name))
    kept(name, model)


def written(name, text):
    with open(at(name), "w") as file:
        file.write(text)


def main():
    os.makedirs(OUT, exist_ok=True)
    model = sequential()
    tried("sequential.h5", model)
    old = "weights.h5" if VERSION < (2, 12) else "model.weights.h5"
    tried(old, model, model.save_weights)
    if VERSION[0] == 2 and VERSION >= (2, 12):
        tried("weights.h5", model, model.save_weights)
    larger = branches() if ONE else functional()
    tried("functional.h5", larger)
    written("functional.json", larger.to_json())
    if VERSION < (2, 5):
        written("functional.yaml", larger.to_yaml())
    tried("lambda.h5", with_lambda())
    if not ONE:
        tried("custom.h5", custom())
    if tf and VERSION >= (2, 4):
        tried("operations.h5", operations())
        tried("mixed.h5", mixed())
    if ZIPS:
        for name, made in (
            ("sequential.keras", model),
            ("functional.keras", larger),
            ("lambda.keras", with_lambda()),
            ("custom.keras", custom()),
        ):
            tried(name, made)
    if VERSION >= (3, 10):
        tried("brief.weights.h5", *saved_half())
    with open(os.path.join(OUT, "truth.json"), "w") as file:
        json.dump(TRUTH, file, indent=1, sort_keys=True)


def saved_half():
    model = half()
    return model, model.save_weights


if __name__ == "__main__":
    main()
