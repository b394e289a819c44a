"""A `.keras` file of a live model: the configuration and the weights, without the training.

https://keras.io/api/models/model_saving_apis/model_saving_and_loading/
"""

from __future__ import annotations

import io
import json
import tempfile
import warnings
import zipfile
from pathlib import Path
from typing import Any

from loadstone.adapters.keras import objects
from loadstone.adapters.live import NotMadeError

_CONFIG, _WEIGHTS = "config.json", "model.weights.h5"
_TRAINING = "optimizer"


def archive(keras: Any, model: Any) -> tuple[bytes, objects.Objects]:
    """Return the file, and the classes and functions that it needs.

    Raises `NotMadeError` where Keras has no such file of this model.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.keras")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of bytecode, which is taken out again
            try:
                model.save(str(path))
            except Exception as error:
                text = " ".join(str(error).split())
                raise NotMadeError(f"{type(error).__name__}: {text[:300]}") from error
        if not zipfile.is_zipfile(path):  # before TensorFlow 2.12 the suffix is that of an HDF5
            raise NotMadeError(f"Keras {keras.__version__} has no such file")
        return _kept(keras, model, path)


def _kept(keras: Any, model: Any, path: Path) -> tuple[bytes, objects.Objects]:
    made = io.BytesIO()
    with zipfile.ZipFile(path) as given, zipfile.ZipFile(made, "w") as kept:
        config = json.loads(given.read(_CONFIG))
        config.pop("compile_config", None)
        found = objects.named(keras, model, config)
        for name in given.namelist():
            data = given.read(name)
            if name == _CONFIG:
                data = json.dumps(config).encode()
            elif name == _WEIGHTS:
                data = _without_training(data)
            kept.writestr(name, data)
    return made.getvalue(), found


def _without_training(data: bytes) -> bytes:
    """Return the weights without the optimizer's."""
    import h5py

    with h5py.File(io.BytesIO(data), "r") as given:
        if _TRAINING not in given:
            return data
        made = io.BytesIO()
        with h5py.File(made, "w") as kept:
            for name, value in given.attrs.items():
                kept.attrs[name] = value
            for name in given:
                if name != _TRAINING:
                    given.copy(name, kept)
        return made.getvalue()
