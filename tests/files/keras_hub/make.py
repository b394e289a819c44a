# /// script
# requires-python = "==3.11.*"
# dependencies = [
#     "tensorflow-cpu==2.15.1", "tensorflow-hub==0.16.1", "tf-keras==2.15.1", "setuptools<80",
# ]
# ///
"""A model with a layer of tensorflow_hub, whose SavedModel lay at `encoder`; one of two inputs.

Run it in an empty folder: `python make.py`.
"""

import shutil
from pathlib import Path

import tensorflow as tf
import tensorflow_hub as hub

HERE = Path(__file__).parent
keras, layers = tf.keras, tf.keras.layers
tf.random.set_seed(1)
inner = keras.Sequential([keras.Input((4,)), layers.Dense(3, "relu"), layers.Dense(2)])
tf.saved_model.save(inner, "encoder")
model = keras.Sequential([keras.Input((4,)), hub.KerasLayer("encoder"), layers.Dense(1)])
model.save(HERE / "hub.h5")

price, area = keras.Input((4,), name="price"), keras.Input((4,), name="area")
both = keras.Model([price, area], layers.Dense(2)(layers.Concatenate()([price, area])))
shutil.rmtree(HERE / "two_inputs", ignore_errors=True)
both.save(HERE / "two_inputs")
