# /// script
# requires-python = ">=3.10"
# dependencies = ["keras==3.15.0", "torch==2.13.0"]
# ///
"""An activation that is Keras's own, by name."""

import os

os.environ.setdefault("KERAS_BACKEND", "torch")
import keras

layers = keras.layers
keras.Sequential([keras.Input((3,)), layers.Dense(2, activation="mish")]).save("model.keras")
