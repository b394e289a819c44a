"""A Keras model as Keras 3 takes it: without arguments that it does not have, and told otherwise.

In HDF5 the configuration is written over itself, shorter and filled up with spaces: no other byte
moves. An archive gets another configuration, and the weights of 2.12 and 2.13 the groups of 2.14.
"""

from __future__ import annotations

import json
import mmap
import shutil
import zipfile
from pathlib import Path
from typing import IO

from loadstone import readers
from loadstone.fixes import archives, keras_layout
from loadstone.readers._keras_gone import without
from loadstone.readers._keras_whole import CONFIG, of_hdf5


def drop(path: Path, file: IO[bytes]) -> None:
    """Write the model at `path` to `file` as Keras 3 takes it, and read it back.

    Raises `ValueError` where the configuration does not stand in the file once, or is read back
    otherwise, and `OSError` as reading and writing do.
    """
    if zipfile.is_zipfile(path):
        _archive(path, file)
        return
    text = of_hdf5(path)
    made = without(json.loads(text), own=True)
    if made is None:
        raise ValueError("Keras 3 would want more than to leave arguments out")
    short = json.dumps(made, separators=(",", ":"), ensure_ascii=text.isascii())
    old, new = text.encode(), short.encode()
    if len(new) > len(old):
        raise ValueError("its configuration would be longer")
    with path.open("rb") as source:
        at = _only(source, old)
        shutil.copyfileobj(source, file, 1 << 20)
    file.seek(at)
    file.write(new.ljust(len(old)))
    file.flush()
    if of_hdf5(file.name).rstrip(" ") != short:
        raise ValueError("what was written reads back otherwise")


def _archive(path: Path, file: IO[bytes]) -> None:
    """Write the archive at `path` with another configuration."""

    def told(data: bytes) -> bytes:
        made = without(json.loads(data), archived=True, own=True)
        if made is None:
            raise ValueError("Keras 3 would want more than to be told otherwise")
        return json.dumps(made).encode()

    changes = {CONFIG: told, keras_layout.WEIGHTS: keras_layout.modern}
    archives.rewritten(path, file, changes, keras_layout.renamed_all)
    if readers.read(file.name).detail.get("gone_arguments"):
        raise ValueError("what was written reads back otherwise")


def _only(source: IO[bytes], text: bytes) -> int:
    """Return the one place where a text stands in a file."""
    with mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ) as data:
        at = data.find(text)
        if at < 0 or data.find(text, at + 1) >= 0:
            raise ValueError("its configuration does not stand in it in one piece, and once")
    return at
