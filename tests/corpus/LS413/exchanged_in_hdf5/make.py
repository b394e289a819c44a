# /// script
# requires-python = ">=3.10"
# dependencies = ["keras==3.15.0", "torch==2.13.0"]
# ///
"""Weights in HDF5 as Keras 2 wrote them, for code in which two layers were exchanged since."""

import os

os.environ.setdefault("KERAS_BACKEND", "torch")
import h5py
import keras
from keras.src.legacy.saving import legacy_h5_format
from net import build

keras.utils.set_random_seed(0)
with h5py.File("net.h5", "w") as file:
    legacy_h5_format.save_weights_to_hdf5_group(file, build())
