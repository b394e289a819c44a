# /// script
# requires-python = ">=3.10"
# dependencies = ["keras==3.15.0", "torch==2.13.0"]
# ///
"""A model whose input has a batch size."""

import os

os.environ.setdefault("KERAS_BACKEND", "torch")
import keras

given = keras.Input(batch_shape=(32, 4))
keras.Model(given, keras.layers.Dense(2)(given)).save("model.keras")
