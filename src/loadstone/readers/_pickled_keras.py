"""Models of Keras's inside a pickle, each the bytes of a `.keras` file or of a tar.

`_unpickle_model` of Keras 3, and `deserialize_model_from_bytecode` of Keras 2.12 to 2.15, load them
with `safe_mode=False`: what they refuse otherwise runs here; that of Keras 2.8 to 2.11 loads a
SavedModel. So a model counts as read only where it is built of layers alone that hold no code and
no path.
"""

from __future__ import annotations

import tarfile
from typing import TYPE_CHECKING

from loadstone.readers._opened import HEAD, Opened
from loadstone.readers._source import MemorySource
from loadstone.runtime import audited_keras
from loadstone.runtime.pickles import Blob

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loadstone.core.facts import Artifact
    from loadstone.readers._source import Buffer
    from loadstone.runtime.pickles import Stream

_LARGEST = 256 << 20  # bytes of one model, which are copied
_MOST = 20  # models
_MASKING = ("custom_objects", "NotEqual")
# they hold code, or name files and programs, which only the safe mode refuses
_LOUD = frozenset(
    [
        *("Lambda", "TorchModuleWrapper", "TFSMLayer", "JaxLayer", "FlaxLayer", "StringLookup"),
        *("IntegerLookup", "TextVectorization", "HashedCrossing", "FeatureSpace", "Pipeline"),
    ]
)


def judge(opened: Opened, data: Buffer, streams: Iterable[Stream]) -> dict[str, str | None]:
    """Note of each call that loads a model whether that was read and runs no code.

    Returns the versions that wrote the first of them.
    """
    producer: dict[str, str | None] = {}
    waiting = [call for stream in streams for call in audited_keras.loads(stream)]
    for call in waiting[:_MOST]:
        held = audited_keras.bytes_of(call)
        if isinstance(held, Blob) and held.length <= _LARGEST:
            held = bytes(memoryview(data)[held.offset : held.offset + held.length])
        found = _read(opened, held) if isinstance(held, bytes) else None
        if found is None or found.damage:
            continue
        producer = producer or {name: told for name, told in found.producer.items() if told}
        if found.opening_runs_code == "no" and found.modules and _is_plain(found):
            call.payload = audited_keras.READ
    return producer


def _is_tar(data: bytes) -> bool:
    """Whether the bytes are an archive of tar's too: Keras 2.9 to 2.11 unpack that and load it."""
    try:
        tarfile.TarInfo.frombuf(data[:512], "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return False
    return True


def _read(opened: Opened, data: bytes) -> Artifact | None:
    """Return the model in these bytes, nothing where loaders may see another, or none."""
    from loadstone.readers import _identify, _tarred_savedmodel

    if opened.depth > 1:
        return None
    if data[:4] != b"PK\3\4":
        return _tarred_savedmodel.read(opened, data)
    if _is_tar(data):
        return None
    inner = Opened(opened.path, MemorySource(data), data[:HEAD], opened.depth + 1, opened.limits)
    found = _identify.read_opened(inner)
    return found if found.format == "keras" else None


def _is_plain(found: Artifact) -> bool:
    """Whether a model is built of layers of Keras's own that hold no code and no path."""
    if any(one.name in _LOUD or one.unregistered for one in found.modules):
        return False
    if found.format != "keras":
        return "own_layers" not in found.detail and all(
            one.module == "keras" for one in found.modules
        )
    # comparing with zero is how an embedding of Keras 3 masks
    classes = [(one.module, one.name) for one in found.modules]
    own = all(
        module in ("keras.layers", "keras.models") or (module, name) == _MASKING
        for module, name in classes
    )
    return own and all((item.module, item.name) == _MASKING for item in found.globals)
