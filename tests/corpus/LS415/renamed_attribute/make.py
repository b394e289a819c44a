# /// script
# requires-python = ">=3.10"
# dependencies = ["keras==3.15.0", "torch==2.13.0"]
# ///
"""Weights of a model, an attribute of which was renamed since."""

import os

os.environ.setdefault("KERAS_BACKEND", "torch")
import keras
from net import build

keras.utils.set_random_seed(0)
build().save_weights("net.weights.h5")
