"""Pickles of Keras 2.8 to 2.11, which are SavedModels in a tar: `python make.py` beside TensorFlow.

They were made with TensorFlow 2.10.1 under Python 3.10. "dense" gives [[1.5, 3.0]] for four ones.
"""

import pickle
from pathlib import Path

import numpy as np
import tensorflow as tf

HERE = Path(__file__).parent
layers = tf.keras.layers

dense = tf.keras.Sequential([layers.Input((4,)), layers.Dense(2, "relu")])
dense.set_weights([np.array([[0.25, 0.5]] * 4), np.array([0.5, 1.0])])
twice = tf.keras.Sequential([layers.Input((4,)), layers.Lambda(lambda x: x * 2)])
for name, model in (("dense", dense), ("lambda", twice)):
    (HERE / f"{name}-2.10.pkl").write_bytes(pickle.dumps(model))
