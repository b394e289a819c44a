# /// script
# requires-python = "==3.11.*"
# dependencies = ["tensorflow-cpu==2.21.0", "keras==3.15.0", "h5py"]
# ///
"""Make what Keras 3 writes as several files: sharded weights, and a model that is not zipped.

`python make_folders.py` writes `keras-3.15.0/shards` and `keras-3.15.0/folder`, each with what
h5py and Keras report of it once it is loaded again, in `folders.json`.
"""

import hashlib
import json
import os
import shutil
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import h5py
import keras
import numpy as np

OUT = Path(__file__).parent / f"keras-{keras.__version__}"
GIGABYTE = 1024**3
L = keras.layers


def model():
    inputs = L.Input((6,), name="inputs")
    found = L.BatchNormalization(name="norm")(L.Dense(8, name="hidden")(inputs))
    made = keras.Model(inputs, L.Dense(2, name="out")(found), name="small")
    made.compile("adam", "mse")
    rows = np.random.default_rng(0).random((8, 6), dtype="float32")
    made.fit(rows, rows[:, :2], verbose=0)
    return made


def digest(value):
    return hashlib.sha256(np.ascontiguousarray(value).tobytes()).hexdigest()[:16]


def datasets(path):
    found = {}
    with h5py.File(path, "r") as file:
        file.visititems(
            lambda name, item: (
                found.__setitem__(name, [str(item.dtype), list(item.shape), digest(item[()])])
                if isinstance(item, h5py.Dataset)
                else None
            )
        )
    return found


def main():
    made = model()
    shards, folder = OUT / "shards", OUT / "folder"
    for path in (shards, folder):
        shutil.rmtree(path, ignore_errors=True)
    shards.mkdir()
    made.save_weights(shards / "small.weights.json", max_shard_size=400 / GIGABYTE)
    made.save(str(folder), zipped=False)
    again, other = keras.models.load_model(str(folder)), model()
    other.load_weights(shards / "small.weights.json")
    for one, two, three in zip(made.weights, again.weights, other.weights, strict=True):
        assert (one.numpy() == two.numpy()).all()
        assert (one.numpy() == three.numpy()).all()
    truth = {
        "class": type(again).__name__,
        "keras": keras.__version__,
        "layers": [[item.name, type(item).__name__] for item in again.layers],
        "folder": datasets(folder / "model.weights.h5"),
        "shards": {path.name: datasets(path) for path in sorted(shards.glob("*.h5"))},
    }
    (OUT / "folders.json").write_text(json.dumps(truth, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
