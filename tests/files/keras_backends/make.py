"""Layers that Keras 3 computes otherwise with torch, and near ones, by TensorFlow 2.15.1."""

import json

import numpy as np
from tensorflow import keras

LAYERS = keras.layers
ROWS = np.random.RandomState(0).rand(2, 8, 8).astype("float32")


def of(*layers):
    """A model of these layers."""
    return keras.Sequential([keras.Input((8, 8), name="entered"), *layers])


MODELS = {
    "uneven": of(LAYERS.AveragePooling1D(3, strides=2, padding="same", name="mean")),
    "even": of(LAYERS.AveragePooling1D(2, strides=2, padding="same", name="mean")),
    "across": of(LAYERS.LayerNormalization(axis=1, name="norm"), LAYERS.Dense(2, name="out")),
}
for name, model in MODELS.items():
    numbers = np.random.RandomState(1)
    model.set_weights([numbers.rand(*item.shape) for item in model.get_weights()])
    model.save(f"{name}.h5")
    model.save(f"{name}.keras")
    with open(f"{name}.json", "w") as file:
        json.dump({"rows": ROWS.tolist(), "predictions": model.predict(ROWS).tolist()}, file)
