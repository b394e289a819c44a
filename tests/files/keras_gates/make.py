"""Recurrent weights whose gates are `hard_sigmoid` unless told otherwise, and what they predicted.

`keras-2.2.4.h5` with keras 2.2.4 and `tf-1.15.0.h5` with TensorFlow 1.15.0, both under Python 3.7;
`frames-2.15.1.h5`, a `ConvLSTM2D`, and `told-2.15.1.h5`, a `Dense` that was told to be
`hard_sigmoid`, with TensorFlow 2.15.1 under Python 3.11. Run in the folder, in each environment.
"""

import json

import numpy as np
import tensorflow as tf

RAMP = (np.arange(16, dtype="float32").reshape(2, 4, 2) - 8) / 4
FRAMES = (np.arange(96, dtype="float32").reshape(2, 3, 4, 4, 1) - 48) / 24


def recurrent(keras):
    """An LSTM and a GRU of defaults, and what reads them."""
    layers = keras.layers
    entered = layers.Input((4, 2), name="entered")
    read = layers.LSTM(3, return_sequences=True, name="read")(entered)
    kept = layers.GRU(3, name="kept")(read)
    return keras.models.Model(entered, layers.Dense(2, name="out")(kept))


def frames(keras):
    """A ConvLSTM2D of defaults."""
    layers = keras.layers
    entered = layers.Input((3, 4, 4, 1), name="entered")
    seen = layers.ConvLSTM2D(2, 3, padding="same", name="seen")(entered)
    flat = layers.Flatten(name="flat")(seen)
    return keras.models.Model(entered, layers.Dense(1, name="out")(flat))


def told(keras):
    """A Dense that was told to be `hard_sigmoid`."""
    layers = keras.layers
    entered = layers.Input((2,), name="entered")
    gate = layers.Dense(3, activation="hard_sigmoid", name="gate")(entered)
    return keras.models.Model(entered, layers.Dense(2, name="out")(gate))


def write(name, build, keras, rows):
    """Give the model plain weights, write them, and what it predicts."""
    model = build(keras)
    numbers = np.random.RandomState(0)
    model.set_weights([numbers.normal(size=w.shape).astype("float32") for w in model.get_weights()])
    model.save_weights(f"{name}.h5")
    with open(f"{name}.json", "w") as file:
        json.dump({"rows": rows.tolist(), "predictions": model.predict(rows).tolist()}, file)


if tf.__version__ == "1.15.0":
    import keras

    write("keras-2.2.4", recurrent, keras, RAMP)
    keras.backend.clear_session()
    write("tf-1.15.0", recurrent, tf.keras, RAMP)
else:
    write("frames-2.15.1", frames, tf.keras, FRAMES)
    write("told-2.15.1", told, tf.keras, RAMP[:, 0])
