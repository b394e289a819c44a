"""Models of tf.keras with functions of TensorFlow between their layers, and what they predict.

Run with TensorFlow 2.15.1, Python 3.11: `python make.py`. `nested` is a SavedModel without any.
"""

import json
import os
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf

HERE = Path(__file__).parent
STATE = np.random.RandomState(0)
keras, layers = tf.keras, tf.keras.layers
tf.random.set_seed(3)
CASES = {}


def note(name, model, inputs):
    found = model.predict(inputs, verbose=0)
    many = isinstance(inputs, dict)
    rows = {key: value.tolist() for key, value in inputs.items()} if many else inputs.tolist()
    named = isinstance(found, list)
    outputs = dict(zip(model.output_names, found)) if named else {"": found}
    predictions = {key: value.tolist() for key, value in outputs.items()}
    CASES[name] = {"inputs": rows, "outputs": predictions if named else predictions[""]}


def normal(*sizes):
    return STATE.randn(*sizes).astype("float32")


def functions():
    """Arithmetic, shapes and slices, of two inputs and beside a model inside."""
    a, b = keras.Input((4, 6), name="a"), keras.Input((6,), name="b")
    x = layers.Dense(6, activation="tanh")(a)
    y = tf.matmul(x, tf.transpose(x, [0, 2, 1]))
    y = tf.reshape(tf.matmul(tf.nn.softmax(y, axis=-1), x), [-1, 24])
    z = (x[:, 0, :] + x[:, -1])[:, 1:4]
    y = tf.concat([y, z], 1)
    y = tf.reduce_max(tf.stack([y, y * 2.0], axis=1), axis=1)
    y = tf.clip_by_value(tf.math.l2_normalize(y, axis=-1), -0.3, 0.3)
    y = 1.0 - tf.sigmoid(y) / (tf.abs(y) + 3.0)
    inner = keras.Sequential([layers.Dense(5, input_shape=(27,)), layers.Dense(3)], name="inner")
    both = tf.concat([inner(y), inner(-y), layers.Dense(3)(b)], axis=-1)
    mean = tf.reduce_mean(both, axis=1, keepdims=True)
    model = keras.Model([a, b], layers.Dense(2)(both - mean))
    inputs = {"a": normal(6, 4, 6), "b": normal(6, 6)}
    note("functions", model, inputs)
    model.save(str(HERE / "functions.h5"))
    model.save(str(HERE / "functions.keras"))


def channels():
    """What `preprocess_input` of ResNet does: channels turned around, and a mean taken away."""
    given = keras.Input((8, 8, 3))
    x = keras.applications.resnet50.preprocess_input(given)
    x = layers.Conv2D(2, 3)(x)[..., 1:]
    model = keras.Model(given, layers.Dense(2)(layers.Flatten()(x)))
    note("channels", model, (STATE.rand(4, 8, 8, 3) * 255).astype("float32"))
    model.save(str(HERE / "channels.h5"))


def nested():
    """A SavedModel whose checkpoint names variables by number alone, inside a model inside."""
    given = keras.Input((6, 6, 2), name="given")
    x = layers.BatchNormalization()(layers.DepthwiseConv2D(3)(given))
    inner = keras.Sequential([layers.Dense(4, input_shape=(2,)), layers.Dense(3)], name="inner")
    y = inner(layers.GlobalAveragePooling2D()(x))
    outputs = [layers.Dense(2, name="p")(y), layers.Dense(1, name="q")(y)]
    model = keras.Model(given, outputs)
    note("nested", model, normal(5, 6, 6, 2))
    model.save(str(HERE / "nested"), save_format="tf")


def unknown():
    """A function that Keras 3 was not tried with."""
    given = keras.Input((6,))
    model = keras.Model(given, layers.Dense(1)(tf.cumsum(given, axis=1)))
    note("unknown", model, normal(4, 6))
    model.save(str(HERE / "unknown.h5"))


for make in (functions, channels, nested, unknown):
    make()
(HERE / "cases.json").write_text(json.dumps(CASES))
