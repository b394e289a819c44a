# /// script
# requires-python = ">=3.10"
# dependencies = ["keras==3.15.0", "torch==2.13.0"]
# ///
"""A subclassed model of Keras 3, whose class is not in the file."""

import os

os.environ.setdefault("KERAS_BACKEND", "torch")
import keras


class Two(keras.Model):
    def __init__(self, **given):
        super().__init__(**given)
        self.first = keras.layers.Dense(4, activation="relu")
        self.last = keras.layers.Dense(2)

    def call(self, x):
        return self.last(self.first(x))


model = Two()
model(keras.ops.zeros((1, 3)))
model.save("model.keras")
