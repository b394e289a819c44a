# /// script
# requires-python = "==3.11.*"
# dependencies = ["tensorflow-cpu==2.15.1"]
# ///
"""A checkpoint as TensorFlow 2.15 writes a model of Keras 2: `uv run make.py`.

It is held by the attribute `model`. What it predicted is in `predictions.json`.
"""

import json
from pathlib import Path

import numpy as np
import tensorflow as tf

keras, layers = tf.keras, tf.keras.layers
HERE = Path(__file__).parent


class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.scale = layers.Normalization(axis=-1)
        self.memory = layers.Bidirectional(layers.LSTM(3))
        self.first = layers.Dense(4)
        self.blocks = [layers.Dense(4, name="enc"), layers.Dense(4, name="dec")]
        self.head = keras.Sequential([layers.Dense(2), layers.Dropout(0.1)])
        self.own = self.add_weight(name="offset", shape=(2,), initializer="ones")

    def call(self, x):
        x = self.first(self.scale(x))
        for block in self.blocks:
            x = block(x)
        return self.head(self.memory(x[:, None])) + self.own


x = np.random.default_rng(7).random((5, 4)).astype("float32")
model = Net()
model.scale.adapt(x)
model(x)
rng = np.random.default_rng(1)
for variable in model.trainable_variables:
    variable.assign(rng.random(variable.shape))
tf.train.Checkpoint(model=model, step=tf.Variable(3)).write(str(HERE / "model"))
found = {"rows": x.tolist(), "predictions": model(x).numpy().tolist()}
(HERE / "predictions.json").write_text(json.dumps(found))
