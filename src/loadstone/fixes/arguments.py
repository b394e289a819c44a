"""A Keras model in HDF5 without arguments that Keras 3 does not have, its layout unchanged.

The configuration is written over itself, shorter and filled up with spaces: no other byte moves.
"""

from __future__ import annotations

import json
import mmap
import shutil
from pathlib import Path
from typing import IO

from loadstone.readers import hdf5
from loadstone.readers._hdf5 import NotHdf5
from loadstone.readers._keras_gone import without
from loadstone.readers._source import FileSource


def drop(path: Path, file: IO[bytes]) -> None:
    """Write the model at `path` to `file` without those arguments, and read it back.

    Raises `ValueError` where the configuration does not stand in the file once, or is read back
    otherwise, and `OSError` as reading and writing do.
    """
    text = _configuration(path)
    made = without(json.loads(text))
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
    if _configuration(Path(file.name)).rstrip(" ") != short:
        raise ValueError("what was written reads back otherwise")


def _configuration(path: Path) -> str:
    try:
        with FileSource(str(path)) as source:
            text = hdf5.configuration(source)
    except NotHdf5 as error:
        raise ValueError(error.why) from error
    if text is None:
        raise ValueError("it has no configuration")
    return text


def _only(source: IO[bytes], text: bytes) -> int:
    """Return the one place where a text stands in a file."""
    with mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ) as data:
        at = data.find(text)
        if at < 0 or data.find(text, at + 1) >= 0:
            raise ValueError("its configuration does not stand in it in one piece, and once")
    return at
