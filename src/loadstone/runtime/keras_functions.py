"""Functions of one's own in HDF5 of Keras 2.13 to 2.15, by their names, as older ones wrote them.

Those three write `{"class_name": "function", "config": "bent", …}`, and do not read it again:
`Unknown activation function: 'function'`. https://github.com/keras-team/tf-keras
"""

import json
from typing import Any, Container

_CONFIG = "model_config"


def name(path: str, own: Container[str]) -> None:
    """Write the names of `own` functions into the HDF5 file at `path`, a copy of one's own."""
    import h5py

    with h5py.File(path, "r+") as file:
        held = file.attrs.get(_CONFIG)
        if held is None:
            return
        config = json.loads(held if isinstance(held, str) else held.decode("utf-8"))
        named = _named(config, own)
        if named != config:
            file.attrs[_CONFIG] = json.dumps(named).encode("utf-8")


def _named(value: Any, own: Container[str]) -> Any:
    if isinstance(value, list):
        return [_named(item, own) for item in value]
    if not isinstance(value, dict):
        return value
    told = value.get("config")
    if value.get("class_name") == "function" and isinstance(told, str) and told in own:
        return told
    return {key: _named(item, own) for key, item in value.items()}
