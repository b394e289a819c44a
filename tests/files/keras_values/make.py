"""Models whose training diverged, and models compiled and never trained.

`python make.py` in the folder, with TensorFlow 2.15.1 and with Keras 3.15.0 and torch.
"""

import os

os.environ.setdefault("KERAS_BACKEND", "torch")
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
import keras
import numpy as np

LAYERS = keras.layers
VERSION = keras.__version__


def built(rate=0.1, *, norm=False):
    """Four numbers in, two out; compiled."""
    keras.utils.set_random_seed(0)
    entered = keras.Input((4,), name="entered")
    held = LAYERS.Dense(3, activation="relu", name="hidden")(entered)
    held = LAYERS.BatchNormalization(name="norm")(held) if norm else held
    model = keras.Model(entered, LAYERS.Dense(2, name="out")(held))
    model.compile(optimizer=keras.optimizers.SGD(rate), loss="mean_squared_error")
    return model


def fitted(model, steps=3):
    """The same after some steps."""
    drawn = np.random.default_rng(0)
    for _ in range(steps):
        model.train_on_batch(drawn.normal(size=(8, 4)), drawn.normal(size=(8, 2)) * 100)
    return model


diverged = fitted(built(1e18), 6)
assert all(np.isnan(item).any() for item in diverged.get_weights()), diverged.get_weights()
diverged.save(f"diverged-{VERSION}.keras")
diverged.save(f"diverged-{VERSION}.h5")
built(norm=True).save(f"untrained-{VERSION}.keras")
fitted(built()).save(f"trained-{VERSION}.keras")
if VERSION < "3":
    built().save("untrained-saved")
