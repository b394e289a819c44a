"""A zip archive written again with some of its files changed; its tensors are read back."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Final

from loadstone import readers
from loadstone.core.facts import Artifact

ROOM: Final = 64 << 20  # bytes that any archive may hold
TIMES: Final = 200  # its own size that it may hold beyond them
Change = Callable[[bytes], bytes]
Holds = Callable[[Artifact], bool]


def rewritten(
    path: Path, file: IO[bytes], changes: Mapping[str, Change], holds: Holds | None = None
) -> Artifact:
    """Write an archive with some of its files changed, and return what is read back.

    Raises `ValueError` where it is not whole, or where what was written has other tensors, or does
    not hold what it should.
    """
    before = readers.read(path)
    if before.damage or before.disagreements:
        raise ValueError("it is not whole, or may be read in two ways")
    try:
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(file, "w") as new:
            held = {item.filename: item.file_size for item in old.infolist()}
            if len(held) < len(old.infolist()) or not set(changes) <= set(held):
                raise ValueError("its files are not those that the library writes")
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
    return read_back(path, file, holds)


def read_back(path: Path, file: IO[bytes], holds: Holds | None = None) -> Artifact:
    """Return what was written; raises `ValueError` where it has other tensors."""
    before, after = readers.read(path), readers.read(file.name)
    told = holds is None or holds(after)
    if after.damage or not told or _tensors(before) != _tensors(after):
        raise ValueError("what was written reads back otherwise")
    return after


def _tensors(artifact: Artifact) -> list[tuple[str, tuple[int, ...]]]:
    facts = [fact for state in artifact.state_dicts for fact in state.tensors.values()]
    return sorted((fact.dtype, fact.shape) for fact in facts)
