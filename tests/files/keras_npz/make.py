# /// script
# requires-python = "==3.11.*"
# dependencies = ["keras==3.15.0", "tensorflow-cpu==2.21.0"]
# ///
"""Make `.keras` archives whose weights lie in an npz, which `saving_lib` alone offers.

`python make.py` writes `<version>-<backend>.keras`. It was run with Keras 2.15.0 and
3.15.0 (TensorFlow), 3.0.5, 3.8.0 and 3.9.2 (torch); the files of 2.15.0, 3.8.0 and 3.15.0 are
kept. None of the five loads what it wrote.
"""

import os
from pathlib import Path

import keras
import numpy as np

try:
    from keras.src.saving import saving_lib
except ImportError:
    from keras.saving import saving_lib

FOLDER = Path(__file__).parent


def main():
    keras.utils.set_random_seed(0)
    start = keras.layers.InputLayer((3,)) if keras.__version__[0] == "2" else keras.Input((3,))
    layers = [keras.layers.Dense(4, name="a"), keras.layers.BatchNormalization()]
    model = keras.Sequential([start, *layers, keras.layers.Dense(2)])
    model.compile("adam", "mse")
    model.fit(np.ones((4, 3)), np.ones((4, 2)), verbose=0)
    backend = os.environ.get("KERAS_BACKEND", "tensorflow")
    path = FOLDER / f"{keras.__version__}-{backend}.keras"
    saving_lib.save_model(model, str(path), weights_format="npz")
    try:
        saving_lib.load_model(str(path))
    except Exception as error:
        print(f"{path.name}: {type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
