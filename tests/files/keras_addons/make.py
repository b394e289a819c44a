# /// script
# requires-python = "==3.11.*"
# dependencies = ["tensorflow==2.15.1", "tensorflow-addons==0.23.0", "numpy<2"]
# ///
"""Make a model with a layer that tensorflow-addons registers, in HDF5 and as an archive."""

from pathlib import Path

import numpy as np
import tensorflow as tf
import tensorflow_addons as tfa

HERE = Path(__file__).parent
layers = [
    tf.keras.layers.Dense(6, name="a", activation=tfa.activations.mish),
    tfa.layers.Maxout(3, name="max"),
    tf.keras.layers.Dense(2, name="out"),
]
model = tf.keras.Sequential([tf.keras.Input((4,)), *layers])
model.save(HERE / "maxout.h5")
model.save(HERE / "maxout.keras")
inputs = np.random.default_rng(0).random((5, 4)).astype("float32")
np.savez(HERE / "maxout.npz", inputs=inputs, outputs=model.predict(inputs, verbose=0))
