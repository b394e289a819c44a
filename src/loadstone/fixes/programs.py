"""A program of TorchScript or `torch.export` for the CPU: its tensors stay byte for byte.

What it was traced, scripted or exported with stands in its tags, and in what it makes tensors on:
`torch.device("cuda:0")` in the text of TorchScript, `{"type": "cuda", "index": 0}` in a graph.
"""

from __future__ import annotations

import io
import json
import pickletools
import re
import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any, Final

from loadstone.fixes import archives

_DEVICE: Final = re.compile(rb'torch\.device\("(?:cuda|mps|xpu)(?::\d+)?"\)')
_TAG: Final = re.compile(r"(?:cuda|mps|xpu)(?::\d+)?")
_TYPES: Final = ("cuda", "mps", "xpu")
_CPU: Final = "cpu"


def to_cpu(path: Path, file: IO[bytes]) -> None:
    """Write the program at `path` to `file` for the CPU, and read it back.

    Raises `ValueError` where a part of it cannot be told otherwise, or still names a device, and
    `OSError` as reading and writing do.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            changes = _changes(archive.namelist())
    except zipfile.BadZipFile as error:
        raise ValueError(str(error)) from error
    after = archives.rewritten(path, file, changes)
    if any(not device.startswith((_CPU, "meta")) for device in after.devices):
        raise ValueError("what was written still names a device")


def _changes(names: list[str]) -> Mapping[str, Callable[[bytes], bytes]]:
    """Return what is done to each part of a program that may name a device."""
    found: dict[str, Callable[[bytes], bytes]] = {}
    for name in names:
        if name.endswith(".py"):
            found[name] = _text
        elif name.endswith(".pkl"):
            found[name] = _pickle
        elif name.endswith(".json"):
            found[name] = _graph
        elif name.endswith(".pt"):  # sample inputs and constants of a program
            found[name] = _inner
    return found


def _text(data: bytes) -> bytes:
    return _DEVICE.sub(b'torch.device("cpu")', data)


def _graph(data: bytes) -> bytes:
    if not any(kind.encode() in data for kind in _TYPES):
        return data
    return json.dumps(_placed(json.loads(data))).encode()


def _placed(value: Any) -> Any:
    if isinstance(value, list):
        return [_placed(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"type", "index"} and value["type"] in _TYPES:
        return {"type": _CPU, "index": None}
    return {key: _placed(item) for key, item in value.items()}


def _pickle(data: bytes) -> bytes:
    """Return a pickle with the texts that are devices replaced; nothing of it is run."""
    made, done = [], 0
    operations = [(op.name, value, at or 0) for op, value, at in pickletools.genops(data)]
    if any(name == "FRAME" for name, _, _ in operations):
        raise ValueError("a pickle in it has frames, which torch does not write")
    ends = [at for _, _, at in operations[1:]] + [len(data)]
    for (name, value, at), end in zip(operations, ends, strict=True):
        if name in ("BINUNICODE", "SHORT_BINUNICODE") and _TAG.fullmatch(str(value)):
            made += [data[done:at], b"X" + struct.pack("<I", len(_CPU)) + _CPU.encode()]
            done = end
    return b"".join((*made, data[done:]))


def _inner(data: bytes) -> bytes:
    """Return a file of `torch.save` inside the program, with its tensors on the CPU."""
    made = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
            changes = _changes(old.namelist())
            for name in old.namelist():
                held = old.read(name)
                new.writestr(name, changes[name](held) if name in changes else held)
    except zipfile.BadZipFile:
        return data  # no such file: it is kept as it is
    return made.getvalue()
