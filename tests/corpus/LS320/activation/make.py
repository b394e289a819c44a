# /// script
# requires-python = ">=3.10"
# dependencies = ["keras==3.15.0", "torch==2.13.0"]
# ///
"""An activation of one's own, whose name alone is in the file."""

import os

os.environ.setdefault("KERAS_BACKEND", "torch")
import keras


def swish2(x):
    return x * keras.ops.sigmoid(2.0 * x)


layers = keras.layers
keras.Sequential([keras.Input((3,)), layers.Dense(2, activation=swish2)]).save("model.keras")
