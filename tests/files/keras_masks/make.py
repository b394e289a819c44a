"""A mask that is merged and one that is not, by TensorFlow 2.15.1, and what is predicted."""

import json

import numpy as np
from tensorflow import keras

LAYERS = keras.layers
keras.utils.set_random_seed(0)
ROWS = np.array([[1, 2, 0, 0, 0], [0, 2, 1, 0, 2]], "float32")


def one():
    """A mask added to a tensor that has none."""
    entered = keras.Input((5,))
    masked = LAYERS.Embedding(4, 3, mask_zero=True, name="masked")(entered)
    added = LAYERS.Add(name="sum")([masked, LAYERS.Embedding(4, 3, name="plain")(entered)])
    return keras.Model(entered, LAYERS.GlobalAveragePooling1D()(added))


def alone():
    """A mask that no merge is behind."""
    entered = keras.Input((5,))
    masked = LAYERS.Embedding(4, 3, mask_zero=True, name="masked")(entered)
    return keras.Model(entered, LAYERS.GlobalAveragePooling1D()(masked))


for build in (one, alone):
    model = build()
    model.save(f"{build.__name__}.h5")
    truth = {"rows": ROWS.tolist(), "predictions": model.predict(ROWS).tolist()}
    with open(f"{build.__name__}.json", "w") as file:
        json.dump(truth, file)
