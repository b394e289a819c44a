"""Weights of models with a `Normalization` that has learnt its rows, and what they predict.

Run in the folder with TensorFlow 2.15.1, under Python 3.11. Its `.h5` and `.weights.h5` hold the
mean, the variance and the count of rows.
"""

import json
from pathlib import Path

import numpy as np
from tensorflow import keras

rows = np.random.RandomState(0).normal(3, 5, (50, 4)).astype("float32")
keras.utils.set_random_seed(0)
norm = keras.layers.Normalization(name="norm")
norm.adapt(rows)
model = keras.Sequential([keras.Input((4,)), norm, keras.layers.Dense(2, name="out")])
for name in ("norm.h5", "norm.weights.h5"):
    model.save_weights(name)
model.save_weights("norm")  # a checkpoint of TensorFlow
truth = {"rows": rows[:4].tolist(), "predictions": model.predict(rows[:4], verbose=0).tolist()}
Path("norm.json").write_text(json.dumps(truth), "utf-8")
