"""The configuration of a whole model of Keras 2, whichever of its formats holds it."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path
from typing import Any

from loadstone.core.facts import Artifact
from loadstone.readers import hdf5
from loadstone.readers._hdf5 import NotHdf5
from loadstone.readers._protobuf import BYTES, NotProtobuf, Wire
from loadstone.readers._source import FileSource
from loadstone.readers._within import open_in

CONFIG = "config.json"
METADATA = "keras_metadata.pb"
_TEXT = 64 << 20
_LARGEST = 256 << 20  # bytes of the metadata of all layers
_LISTS = ("__tuple__", "TensorShape")  # as a SavedModel has them


def folder_of(artifact: Artifact) -> Path:
    """Return the folder of a SavedModel, which may be given by its `saved_model.pb`."""
    return Path(artifact.path) if artifact.is_folder else Path(artifact.path).parent


def configuration(artifact: Artifact) -> dict[str, Any]:
    """Return the configuration: of which class the model is, and its layers.

    Raises `ValueError` where there is none, `OSError`.
    """
    if artifact.format == "savedmodel":
        with open_in(os.fspath(folder_of(artifact)), METADATA) as source:
            held: Any = _plain(_root(source.pread(0, min(source.size, _LARGEST))))
    elif artifact.format == "keras":
        held = json.loads(_of_archive(artifact.path))
    else:
        held = json.loads(of_hdf5(artifact.path))
    if not isinstance(held, dict) or not held.get("config") or "class_name" not in held:
        raise ValueError("it does not hold what it was built by")
    return {"class_name": held["class_name"], "config": held["config"]}


def of_hdf5(path: str | os.PathLike[str]) -> str:
    """Return the text of the configuration in HDF5; raises `ValueError` where there is none."""
    try:
        with FileSource(os.fspath(path)) as source:
            text = hdf5.configuration(source)
    except NotHdf5 as error:
        raise ValueError(error.why) from error
    if text is None:
        raise ValueError("it has no configuration")
    return text


def _of_archive(path: str) -> bytes:
    try:
        with zipfile.ZipFile(path) as archive:
            if archive.getinfo(CONFIG).file_size > _TEXT:
                raise ValueError(f"`{CONFIG}` is too large")
            return archive.read(CONFIG)
    except (KeyError, zipfile.BadZipFile) as error:
        raise ValueError(f"`{CONFIG}` cannot be read") from error


def _root(data: bytes) -> Any:
    """Return what `keras_metadata.pb` says of the model itself."""
    wire = Wire(data, limit=100_000)
    try:
        for item in wire.fields():
            if item.number != 1 or item.wire != BYTES:
                continue
            path, text = "", b""
            for part in wire.inside(item):
                if part.number == 3:
                    path = wire.text(part, 500)
                elif part.number == 5:
                    text = wire.raw(part, _TEXT)
            if path == "root":
                return json.loads(text)
    except NotProtobuf as error:
        raise ValueError(f"`{METADATA}`: {error.why}") from error
    return None


def _plain(value: Any) -> Any:
    """Return the value with its tuples and shapes as lists."""
    if isinstance(value, dict):
        if value.get("class_name") in _LISTS and isinstance(value.get("items"), list):
            return [_plain(item) for item in value["items"]]
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value
