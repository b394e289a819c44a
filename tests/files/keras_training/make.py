"""Models whose layers are called with `training=True`, by TensorFlow 2.15.1 and by Keras 3.15.0.

Run in the folder, in each environment.
"""

import os

os.environ.setdefault("KERAS_BACKEND", "torch")
import keras

LAYERS = keras.layers
VERSION = keras.__version__


def drawn():
    """Dropout that stays on: Monte Carlo."""
    entered = keras.Input((4,), name="entered")
    kept = LAYERS.Dropout(0.5, name="kept")(LAYERS.Dense(3, name="read")(entered), training=True)
    return keras.Model(entered, LAYERS.Dense(2, name="out")(kept))


def inside():
    """A model inside, called in training mode: its normalisation takes the batch's own mean."""
    entered = keras.Input((4,), name="entered")
    held = keras.Sequential(
        [keras.Input((4,)), LAYERS.Dense(3, name="read"), LAYERS.BatchNormalization(name="norm")],
        name="base",
    )
    return keras.Model(entered, LAYERS.Dense(2, name="out")(held(entered, training=True)))


def frozen():
    """The same called with `training=False`, and a Dense with True, which does not heed it."""
    entered = keras.Input((4,), name="entered")
    kept = LAYERS.Dropout(0.5, name="kept")(LAYERS.Dense(3, name="read")(entered), training=False)
    return keras.Model(entered, LAYERS.Dense(2, name="out")(LAYERS.Flatten()(kept)))


for build in (drawn, inside, frozen):
    made = build()
    made.save(f"{build.__name__}-{VERSION}.h5")
    made.save(f"{build.__name__}-{VERSION}.keras")
    if VERSION.startswith("2") and build is not inside:
        made.save(f"{build.__name__}-saved")
