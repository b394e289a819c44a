"""Make models of tf.keras that Keras 3 does not take, and write down what they predict.

Runs on TensorFlow 2.8 to 2.15: `python make_keras_two.py FOLDER`.
"""

import json
import os
import sys
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf

OUT = Path(sys.argv[1])
STATE = np.random.RandomState(0)
VERSION = tuple(int(part) for part in tf.__version__.split(".")[:2])
keras, layers = tf.keras, tf.keras.layers
tf.random.set_seed(3)
CASES = {}


def keep(name, model, given):
    found = model.predict(given, verbose=0)
    if isinstance(found, list):
        found = dict(zip(model.output_names, found))  # noqa: B905 - TensorFlow 2.8 runs on Python 3.9
        outputs = {key: value.tolist() for key, value in found.items()}
    else:
        outputs = found.tolist()
    many = isinstance(given, dict)
    rows = {key: value.tolist() for key, value in given.items()} if many else given.tolist()
    CASES[name] = {"rows": rows, "predictions": outputs}
    model.save(str(OUT / name), save_format="tf")
    model.save(str(OUT / (name + ".h5")))
    if VERSION >= (2, 13):
        model.save(str(OUT / (name + ".keras")))


def normal(*sizes):
    return STATE.randn(*sizes).astype("float32")


def transferred():
    """`preprocess_input` of MobileNet before layers, and a model inside."""
    given = keras.Input((32, 32, 3))
    inner = keras.Sequential(
        [layers.Conv2D(4, 3, activation="relu", input_shape=(32, 32, 3)), layers.DepthwiseConv2D(3)]
    )
    x = inner(keras.applications.mobilenet_v2.preprocess_input(given))
    x = layers.GlobalAveragePooling2D()(layers.BatchNormalization()(x))
    keep("transferred", keras.Model(given, layers.Dense(2)(x)), 100 * abs(normal(5, 32, 32, 3)))


def computed():
    a, b = keras.Input((6,), name="a"), keras.Input((6,), name="b")
    x, y = layers.Dense(6, activation="tanh")(a), layers.Dense(6, activation="sigmoid")(b)
    z = -((1.0 - (x * 2.0 + y - 1.0)) / (y + 3.0))
    z = tf.nn.relu(tf.concat([z, x], axis=-1))
    z = tf.reduce_mean(z, axis=1, keepdims=True) + tf.reduce_sum(x, axis=-1, keepdims=True)
    z = tf.squeeze(tf.expand_dims(z, 1), 1)
    z = tf.exp(z) + tf.sqrt(tf.abs(z)) + tf.square(z) + tf.math.log(tf.abs(z) + 1.0)
    z = tf.maximum(z, 0.1) + tf.minimum(z, 5.0) + tf.pow(tf.abs(z) + 0.5, 2.0)
    keep(
        "computed", keras.Model([a, b], layers.Dense(1)(z)), {"a": normal(7, 6), "b": normal(7, 6)}
    )


def averaged():
    """The mean of the words that are there, computed by hand."""
    ids = keras.Input((5,), dtype="int32")
    kept = tf.cast(tf.not_equal(ids, 0), tf.float32)[:, :, tf.newaxis]
    x = tf.reduce_sum(layers.Embedding(9, 4)(ids) * kept, axis=1)
    x = x / (tf.reduce_sum(kept, axis=1) + 1e-6)
    keep("averaged", keras.Model(ids, layers.Dense(1)(x)), STATE.randint(0, 9, (8, 5)))


def recurrent():
    ids = keras.Input((7,), dtype="int32")
    x = layers.Embedding(11, 4, mask_zero=True)(ids)
    x = layers.Bidirectional(layers.LSTM(3, return_sequences=True))(x)
    x = layers.GRU(3)(x)
    outputs = [layers.Dense(2, name="p")(x), layers.Dense(1, name="q")(x)]
    keep("recurrent", keras.Model(ids, outputs), STATE.randint(0, 11, (6, 7)))


def trained():
    model = keras.Sequential(
        [
            layers.Conv2D(4, 3, activation="relu", input_shape=(10, 10, 3)),
            layers.BatchNormalization(),
            layers.Dropout(0.5),
            layers.GlobalAveragePooling2D(),
            layers.Dense(3, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    images = abs(normal(12, 10, 10, 3))
    model.fit(images, STATE.randint(0, 3, 12), epochs=2, verbose=0)
    keep("trained", model, images)


for make in (transferred, computed, averaged, recurrent, trained):
    make()
(OUT / "cases.json").write_text(json.dumps(CASES))
