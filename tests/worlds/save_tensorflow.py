"""Save live models with the TensorFlow of this world: `python save_tensorflow.py FOLDER`.

What the framework itself predicted is in `cases.json`. The classes stay here: what loads the
bundles does not have them.
"""

import json
import os
import sys
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf

import loadstone

OUT = Path(sys.argv[1])
keras, layers = tf.keras, tf.keras.layers
X = np.random.default_rng(0).random((6, 4)).astype("float32")
STEPS = np.random.default_rng(1).random((4, 3, 4)).astype("float32")
TEXTS = ["good film", "bad film", "very bad", "unheard words"]
CASES = {}


class Scale(layers.Layer):
    def __init__(self, factor=2.0, **settings):
        super().__init__(**settings)
        self.factor = factor

    def build(self, shape):
        self.scale = self.add_weight(shape=(shape[-1],), name="scale", initializer="ones")

    def call(self, x):
        return x * self.scale * self.factor

    def get_config(self):
        return {**super().get_config(), "factor": self.factor}


class Simple(keras.Model):
    def __init__(self):
        super().__init__()
        self.first = layers.Dense(5, activation="relu")
        self.second = layers.Dense(2)

    def call(self, x):
        return self.second(self.first(x))


class Hidden(layers.Layer):
    """Keeps a layer that its configuration does not tell of: Keras has no file of it."""

    def __init__(self, inner, **settings):
        super().__init__(**settings)
        self.inner = inner

    def call(self, x):
        return self.inner(x) * 2


class Traced(tf.Module):
    def __init__(self):
        super().__init__()
        self.weight = tf.Variable(tf.ones((4, 3)))

    @tf.function
    def __call__(self, x):
        return {"product": x @ self.weight, "total": tf.reduce_sum(x, 1)}


class Eager(tf.Module):
    def __init__(self):
        super().__init__()
        self.weight = tf.Variable(tf.ones((4, 3)))

    def __call__(self, x):
        return tf.tanh(x @ self.weight)


def swish2(x):
    return x * tf.sigmoid(2 * x)


def plain(value):
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value.tolist() if hasattr(value, "tolist") else value


def save(name, model, rows, expected, **options):
    loadstone.save(model, OUT / f"{name}.lode", examples=rows, **options)
    CASES[name] = {"rows": plain(rows), "predictions": plain(expected)}


def asked(model, given):
    return model.predict(given, verbose=0)


def custom():
    model = keras.Sequential(
        [
            keras.Input((4,)),
            layers.Dense(5, activation=swish2),
            Scale(1.5),
            layers.Lambda(lambda t: t * 3 + 1),
            layers.Dense(2),
        ]
    )
    model.compile("adam", lambda a, b: tf.reduce_mean((a - b) ** 2))
    model.fit(X, X[:, :2], verbose=0)
    save("custom", model, X, asked(model, X))
    save("program", model, X, asked(model, X), forms=["program"])
    simple = Simple()
    simple(X)
    save("simple", simple, X, asked(simple, X))
    hidden = keras.Sequential([keras.Input((4,)), Hidden(layers.Dense(3))])
    save("hidden", hidden, X, asked(hidden, X))


def several():
    a, b = keras.Input((4,), name="a"), keras.Input((2,), name="b")
    heads = [layers.Dense(1, name="score")(layers.concatenate([a, b])), layers.Dense(3)(a)]
    both = keras.Model([a, b], heads)
    records = [{"b": row[:2].tolist(), "a": row.tolist()} for row in X]
    save("both", both, records, asked(both, [X, X[:, :2]]))
    recurrent = keras.Sequential([keras.Input((3, 4)), layers.LSTM(5), layers.Dense(1)])
    save("recurrent", recurrent, STEPS, asked(recurrent, STEPS))


def texts():
    tokens = layers.TextVectorization(output_sequence_length=4)
    tokens.adapt(TEXTS[:3])
    given = keras.Input((1,), dtype="string", name="text")
    held = layers.GlobalAveragePooling1D()(layers.Embedding(20, 3)(tokens(given)))
    model = keras.Model(given, layers.Dense(2)(held))
    save("texts", model, TEXTS, asked(model, tf.constant([[text] for text in TEXTS])))


def modules():
    traced, eager = Traced(), Eager()
    expected = {name: item.numpy() for name, item in traced(X).items()}
    save("traced", traced, X, expected)
    save("eager", eager, X, eager(X).numpy())
    signature = traced.__call__.get_concrete_function(tf.TensorSpec([None, 4], name="x"))
    tf.saved_model.save(traced, str(OUT / "signed"), signatures=signature)
    save("signed", tf.saved_model.load(str(OUT / "signed")), X, expected)


keras.utils.set_random_seed(0)
custom()
several()
texts()
modules()
(OUT / "cases.json").write_text(json.dumps(CASES))
