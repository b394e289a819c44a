# /// script
# requires-python = ">=3.10"
# dependencies = ["keras==3.15.0", "torch==2.13.0"]
# ///
"""A metric of one's own, in HDF5 of Keras 3."""

import os
import warnings

os.environ.setdefault("KERAS_BACKEND", "torch")
import keras


class Hits(keras.metrics.Metric):
    def update_state(self, y_true, y_pred, sample_weight=None):
        pass

    def result(self):
        return 0.0


model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, bias_initializer="ones")])
model.compile(loss=keras.losses.MeanSquaredError(), metrics=[Hits()])
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    model.save("model.h5")
