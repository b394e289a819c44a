# /// script
# requires-python = ">=3.10"
# dependencies = ["keras==3.15.0", "torch==2.13.0"]
# ///
"""A layer of one's own, whose `__init__` wants what `get_config` leaves out."""

import os

os.environ.setdefault("KERAS_BACKEND", "torch")
import keras


class Scale(keras.layers.Layer):
    def __init__(self, factor, **given):
        super().__init__(**given)
        self.factor = factor

    def call(self, x):
        return x * self.factor


keras.Sequential([keras.Input((3,)), Scale(2.0), keras.layers.Dense(2)]).save("model.keras")
