"""Weights of tf.keras 2.12 and 2.13 in the groups that later ones read: no value changes."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import IO, Final

from loadstone.core.facts import Artifact
from loadstone.fixes import archives
from loadstone.runtime.keras_layout import OLD
from loadstone.runtime.keras_layout import modern as renamed

WEIGHTS: Final = "model.weights.h5"


def rename(path: Path, file: IO[bytes]) -> None:
    """Write the weights or the archive at `path` to `file` with those groups, and read it back.

    Raises `ValueError` where a group cannot be told, and `OSError` as reading and writing do.
    """
    if zipfile.is_zipfile(path):
        archives.rewritten(path, file, {WEIGHTS: modern}, renamed_all)
    else:
        file.write(modern(path.read_bytes()))
        file.flush()
        archives.read_back(path, file, renamed_all)


def renamed_all(artifact: Artifact) -> bool:
    """Whether no tensor lies in a group of 2.12 any more."""
    return OLD not in str(artifact.state_dicts)


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
