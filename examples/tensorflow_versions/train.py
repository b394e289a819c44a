"""Train SimpleModel and save it with this TensorFlow: `python train.py FOLDER`.

`FOLDER/rows.json` holds rows, `FOLDER/expected.json` what the model predicts for them here.
"""

import json
import os
import pathlib
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf


class SimpleModel(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.dense1 = tf.keras.layers.Dense(5, activation="relu")
        self.dense2 = tf.keras.layers.Dense(2)

    def call(self, inputs):
        return self.dense2(self.dense1(inputs))


folder = pathlib.Path(sys.argv[1])
tf.random.set_seed(0)
rows = np.random.RandomState(0).rand(20, 10).astype("float32")
model = SimpleModel()
model.compile("adam", "mse")
model.fit(rows, rows[:, :2], epochs=5, verbose=0)
tf.saved_model.save(model, str(folder / "simple_model"))
(folder / "rows.json").write_text(json.dumps(rows.tolist()))
(folder / "expected.json").write_text(json.dumps(model(rows).numpy().tolist()))
print("saved by TensorFlow", tf.__version__)
