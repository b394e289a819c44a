"""A SavedModel of Keras 2 without the empty configurations that Keras 2.8 and older trip over.

https://github.com/tensorflow/tensorflow/blob/v2.15.0/tensorflow/python/keras/protobuf/saved_metadata.proto
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Final

from loadstone import readers
from loadstone.atomic import publish, temporary
from loadstone.core.classes import replace
from loadstone.core.facts import Artifact
from loadstone.fixes.protobuf import field, message
from loadstone.readers._protobuf import BYTES, Field, NotProtobuf, Wire

METADATA: Final = "keras_metadata.pb"
_MODEL: Final = b"_tf_keras_model"
_NODE, _IDENTIFIER, _TEXT = 1, 4, 5  # of the file; of a node
_LEFT_OUT: Final = ("config", "model_config")


def forget(folder: Path, output: Path) -> None:
    """Write the SavedModel in `folder` to `output` with no empty configuration, and read it back.

    Raises `FileExistsError`, `ValueError` where there is none or what was written reads back
    otherwise, and `OSError` as reading and writing do; nothing is then left behind.
    """
    if os.path.lexists(output):
        raise FileExistsError(f"`{output}` exists already, and nothing is written over")
    before = readers.read(folder)
    if before.detail.get("keras_config") is not False or before.damage:
        raise ValueError("its configuration is not empty, or it is not whole")
    described = (folder / METADATA).read_bytes()
    with temporary(output, folder=True) as made:
        left_out = shutil.ignore_patterns(METADATA)
        shutil.copytree(folder, made, ignore=left_out, symlinks=True, dirs_exist_ok=True)
        (made / METADATA).write_bytes(without(described))
        if (folder / METADATA).read_bytes() != described:
            raise ValueError("it changed while it was read")
        after = readers.read(made)
        if after.detail.get("keras_config") is not None or _told(after) != _told(before):
            raise ValueError("what was written reads back otherwise")
        publish(made, output)


def _told(artifact: Artifact) -> Artifact:
    """Return the facts that are the same with the configurations and without."""
    detail = {key: value for key, value in artifact.detail.items() if key != "keras_config"}
    parts = tuple(replace(part, size=0) for part in artifact.parts)
    return replace(artifact, path="", size=0, detail=detail, parts=parts)


def without(data: bytes) -> bytes:
    """Return the metadata with no empty configuration of a model: all else stays as it is.

    Raises `ValueError` where it is no such record.
    """
    wire, out = Wire(data), bytearray()
    try:
        for item in wire.fields():
            is_node = item.number == _NODE and item.wire == BYTES
            out += message(_NODE, _node(wire, item)) if is_node else field(wire, item)
    except NotProtobuf as error:
        raise ValueError(error.why) from error
    return bytes(out)


def _node(wire: Wire, node: Field) -> bytes:
    held = {part.number: part for part in wire.inside(node)}
    named = held.get(_IDENTIFIER)
    is_model = named is not None and wire.raw(named, named.length) == _MODEL
    out = bytearray()
    for part in wire.inside(node):
        if part.number == _TEXT and is_model:
            out += message(_TEXT, _forgotten(wire.raw(part, part.length)))
        else:
            out += field(wire, part)
    return bytes(out)


def _forgotten(text: bytes) -> bytes:
    """Return what describes a model, without a configuration that is empty."""
    told = json.loads(text)
    if not isinstance(told, dict) or told.get("config") != {}:
        return text
    return json.dumps({key: item for key, item in told.items() if key not in _LEFT_OUT}).encode()
