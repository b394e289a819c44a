"""Weights of tf.keras 2.12 and 2.13 in the groups that later ones read: no value changes."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Final

from loadstone import readers
from loadstone.core.facts import Artifact
from loadstone.runtime.keras_layout import OLD
from loadstone.runtime.keras_layout import modern as renamed

WEIGHTS: Final = "model.weights.h5"
ROOM: Final = 64 << 20  # bytes that any archive may hold
TIMES: Final = 200  # its own size that it may hold beyond them
Change = Callable[[bytes], bytes]


def rename(path: Path, file: IO[bytes]) -> None:
    """Write the weights or the archive at `path` to `file` with those groups, and read it back.

    Raises `ValueError` where a group cannot be told, and `OSError` as reading and writing do.
    """
    if zipfile.is_zipfile(path):
        archive(path, file, {WEIGHTS: modern})
    else:
        file.write(modern(path.read_bytes()))
        file.flush()
        _read_back(path, file)


def archive(path: Path, file: IO[bytes], changes: Mapping[str, Change]) -> None:
    """Write an archive with some of its files changed, and read its tensors back."""
    before = readers.read(path)
    if before.damage or before.disagreements:
        raise ValueError("it is not whole, or may be read in two ways")
    try:
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(file, "w") as new:
            held = {item.filename: item.file_size for item in old.infolist()}
            if len(held) < len(old.infolist()) or not set(changes) <= set(held):
                raise ValueError("its files are not those that Keras writes")
            if sum(held.values()) > ROOM + TIMES * before.size:
                raise ValueError("it would be too large")
            for name in held:
                with old.open(name) as source, new.open(name, "w", force_zip64=True) as copy:
                    if name in changes:
                        copy.write(changes[name](source.read()))
                    else:
                        shutil.copyfileobj(source, copy, 1 << 20)
    except zipfile.BadZipFile as error:
        raise ValueError(str(error)) from error
    file.flush()
    _read_back(path, file)


def _read_back(path: Path, file: IO[bytes]) -> None:
    before, after = readers.read(path), readers.read(file.name)
    if after.damage or OLD in str(after.state_dicts) or _tensors(before) != _tensors(after):
        raise ValueError("what was written reads back otherwise")


def _tensors(artifact: Artifact) -> list[tuple[str, tuple[int, ...]]]:
    facts = [fact for state in artifact.state_dicts for fact in state.tensors.values()]
    return sorted((fact.dtype, fact.shape) for fact in facts)


def modern(data: bytes) -> bytes:
    """Return the bytes of an HDF5 file with its groups renamed, each value read back.

    What has other groups is returned as it is. Raises `ValueError` where one cannot be told.
    """
    import h5py
    import numpy as np

    made = io.BytesIO()
    with h5py.File(io.BytesIO(data), "r") as old, h5py.File(made, "w") as new:
        if OLD not in old:
            return data
        paths: list[str] = []
        old.visit(paths.append)
        names = renamed(paths)
        if len(set(names.values())) < len(names):
            raise ValueError("two groups would have one name")
        tensors = {path for path in paths if isinstance(old[path], h5py.Dataset)}
        for path, name in names.items():
            if path in tensors:
                old.copy(old[path], new, name=name)
            else:
                new.require_group(name).attrs.update(old[path].attrs)
        new.attrs.update(old.attrs)
        for path in tensors:
            if np.asarray(old[path]).tobytes() != np.asarray(new[names[path]]).tobytes():
                raise ValueError(f"`{path}` reads back otherwise")
    return made.getvalue()
