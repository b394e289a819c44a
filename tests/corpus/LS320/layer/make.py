# /// script
# requires-python = ">=3.10"
# dependencies = ["keras==3.15.0", "torch==2.13.0"]
# ///
"""A layer of the script that saved it, which is registered nowhere."""

import os

os.environ.setdefault("KERAS_BACKEND", "torch")
import keras


class MyDense(keras.layers.Dense):
    pass


keras.Sequential([keras.Input((3,)), MyDense(2)]).save("model.keras")
