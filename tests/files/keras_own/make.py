"""Models of Keras 2 with a layer of one's own beside what Keras 3 does not take, and predictions.

Run in the folder with TensorFlow 2.15.1, under Python 3.11.
"""

import json
from pathlib import Path

import numpy as np
from padded import Pool, bent
from tensorflow import keras

layers = keras.layers


class Scale(layers.Layer):
    """Weights of its own, and an argument."""

    def __init__(self, factor=2.0, **settings):
        super().__init__(**settings)
        self.factor = factor

    def build(self, shape):
        self.scale = self.add_weight(shape=(shape[-1],), initializer="random_normal", name="scale")

    def call(self, x):
        return x * self.scale * self.factor

    def get_config(self):
        return {**super().get_config(), "factor": self.factor}


keras.utils.set_random_seed(0)
rows = np.random.RandomState(0).randn(4, 5, 3).astype("float32")
given = keras.Input((5, 3))
model = keras.Model(given, layers.Dense(2)(Scale(3.0, name="scale")(layers.LSTM(4)(given))))
model.save("own.keras")
model.save("own.h5")
truth = {"rows": rows.tolist(), "predictions": model.predict(rows, verbose=0).tolist()}
Path("own.json").write_text(json.dumps(truth), "utf-8")

held = layers.LSTM(4)(layers.Masking()(given))
masked = keras.Model(given, layers.Dense(2)(Scale(3.0, name="scale")(held)))
masked.save("masked.keras")

tokens = keras.Input((6,), dtype="int32", name="tokens")
held = layers.Embedding(9, 4, mask_zero=True)(tokens)
held = Pool(name="pool")(layers.GRU(4, return_sequences=True)(held))
held = layers.Dense(3, activation=bent)(held)
padded = keras.Model(tokens, layers.Dense(2)(held))
padded.save("padded.keras")
padded.save("padded.h5")
ids = np.array([[1, 2, 3, 0, 0, 0], [4, 5, 6, 7, 8, 1], [2, 0, 0, 0, 0, 0]])
truth = {"rows": ids.tolist(), "predictions": padded.predict(ids, verbose=0).tolist()}
Path("padded.json").write_text(json.dumps(truth), "utf-8")
