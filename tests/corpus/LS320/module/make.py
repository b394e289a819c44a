# /// script
# requires-python = ">=3.10"
# dependencies = ["keras==3.15.0", "torch==2.13.0"]
# ///
"""A layer of a module of the training, which is not here."""

import importlib
import os
import sys
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "torch")
import keras

CODE = "import keras\n\n\nclass MyDense(keras.layers.Dense):\n    pass\n"
Path("train_code.py").write_text(CODE, "utf-8")
sys.path.insert(0, str(Path.cwd()))
layer = importlib.import_module("train_code").MyDense(2)
keras.Sequential([keras.Input((3,)), layer]).save("model.keras")
Path("train_code.py").unlink()
del sys.modules["train_code"]
