# /// script
# requires-python = "==3.10.*"
# dependencies = ["tensorflow-cpu==2.10.1", "numpy<1.24", "protobuf<3.20"]
# ///
"""Models of Keras 2 with models and wrapped layers inside, and separable convolutions."""

import json
from pathlib import Path

import h5py
import numpy as np
from tensorflow import keras

OUT = Path(__file__).parent
STATE = np.random.RandomState(0)
ROWS = {
    "steps": STATE.rand(3, 8, 4).astype("float32"),
    "images": STATE.rand(2, 8, 8, 3).astype("float32"),
}
layers = keras.layers
keras.utils.set_random_seed(0)


def both():
    given = keras.Input((8, 4))
    held = layers.Bidirectional(layers.GRU(3, return_sequences=True))(given)
    held = layers.TimeDistributed(layers.Dense(3, activation="tanh"))(held)
    held = layers.Bidirectional(layers.LSTM(2), merge_mode="sum")(held)
    return keras.Model(given, layers.Dense(2, "softmax")(held)), "steps"


def within():
    first = layers.Conv2D(3, 2, activation="relu", input_shape=(8, 8, 3))
    inner = keras.Sequential([first, layers.BatchNormalization()], name="inner")
    below = keras.Input((7, 7, 3))
    deep = keras.Model(below, layers.DepthwiseConv2D(2)(below), name="deep")
    given = keras.Input((8, 8, 3))
    held = layers.GlobalAveragePooling2D()(deep(inner(given)))
    return keras.Model(given, layers.Dense(2)(held)), "images"


def frozen():
    model, rows = within()
    model.get_layer("inner").trainable = False
    return model, rows


def twice():
    held = [layers.Dense(4, activation="relu", input_shape=(4,)), layers.Dense(3)]
    shared = keras.Sequential(held, name="shared")
    given = keras.Input((8, 4))
    flat = layers.Flatten()(given)
    both = [shared(layers.Dense(4)(flat)), shared(layers.Dense(4, activation="tanh")(flat))]
    return keras.Model(given, [layers.Add()(both), both[1]]), "steps"


def chain():
    inner = keras.Sequential([layers.LSTM(3, return_sequences=True, input_shape=(8, 4))])
    return keras.Sequential([inner, layers.Flatten(), layers.Dense(2)]), "steps"


def separable():
    first = layers.SeparableConv2D(4, 2, activation="relu", input_shape=(8, 8, 3))
    return keras.Sequential([first, layers.Flatten(), layers.Dense(2)]), "images"


def separated():
    first = layers.SeparableConv1D(4, 2, activation="relu", input_shape=(8, 4))
    return keras.Sequential([first, layers.Flatten(), layers.Dense(2)]), "steps"


def frames():
    held = [layers.Reshape((8, 4, 1, 1), input_shape=(8, 4))]
    held.append(layers.ConvLSTM2D(2, (2, 1), recurrent_activation="sigmoid"))
    return keras.Sequential([*held, layers.Flatten(), layers.Dense(2)]), "steps"


truth = {}
for made in (both, within, frozen, twice, chain, separable, separated, frames):
    model, rows = made()
    for layer in model.layers:  # biases and moving means that are not zero
        layer.set_weights([item + STATE.rand(*item.shape) / 4 for item in layer.get_weights()])
    model.save(OUT / f"{made.__name__}.h5")
    predicted = model.predict(ROWS[rows], verbose=0)
    several = predicted if isinstance(predicted, list) else [predicted]
    with h5py.File(OUT / f"{made.__name__}.h5") as file:
        config = file.attrs["model_config"]
    truth[made.__name__] = {
        "rows": ROWS[rows].tolist(),
        "predictions": [item.tolist() for item in several],
        "config": config,
    }
(OUT / "inside.json").write_text(json.dumps(truth))
