"""Files whose container is undone: what is written is proved before it gets its name."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import IO, Final

from loadstone import readers
from loadstone.atomic import new_file
from loadstone.core.edits import FileEdit, UndoLineEndings, Unwrap

ROOM: Final = 64 << 20  # bytes that any archive may hold
TIMES: Final = 200  # its own size that it may hold beyond them
_STEP: Final = 1 << 20
Progress = Callable[[int], None]


class CannotRestoreError(ValueError):
    """The file cannot be undone so that it is proved; nothing was written."""


def restore(
    path: str | os.PathLike[str],
    edit: FileEdit,
    output: Path,
    progress: Progress | None = None,
) -> None:
    """Write to `output` what the file at `path` was, and read it back.

    Raises `FileExistsError`, `CannotRestoreError` where a checksum does not match, and `OSError`
    as reading and writing do; nothing is then left behind.
    """
    with new_file(output) as file:
        if isinstance(edit, Unwrap):
            _unwrap(path, edit, file, progress)
        else:
            _undo(path, edit, file, progress)


def _unwrap(
    path: str | os.PathLike[str], edit: Unwrap, file: IO[bytes], progress: Progress | None
) -> None:
    most = ROOM + TIMES * Path(path).stat().st_size
    digest, size = hashlib.sha256(), 0

    def take(chunk: bytes) -> None:
        nonlocal size
        size += len(chunk)
        if size > most:
            raise CannotRestoreError(
                f"`{path}` holds more than {TIMES} times its size: unpack it yourself"
            )
        file.write(chunk)
        digest.update(chunk)
        if progress:
            progress(len(chunk))

    try:
        readers.unwrap(path, edit.member, take)
    except readers.NotWhole as error:
        raise CannotRestoreError(f"`{path}` cannot be unpacked: {error}") from error
    file.flush()
    file.seek(0)
    back = hashlib.sha256()
    while chunk := file.read(_STEP):
        back.update(chunk)
    if back.digest() != digest.digest():
        raise CannotRestoreError(f"`{edit.name}` reads back otherwise than it was written")


def _undo(
    path: str | os.PathLike[str],
    edit: UndoLineEndings,
    file: IO[bytes],
    progress: Progress | None,
) -> None:
    held = b""
    with Path(path).open("rb") as source:
        while chunk := source.read(_STEP):
            whole = held + chunk
            held = b"\r" if whole.endswith(b"\r") else b""  # its line feed may come next
            out = whole[: len(whole) - len(held)].replace(b"\r\n", b"\n")
            file.write(out)
            if progress:
                progress(len(out))
    file.write(held)
    file.flush()
    artifact = readers.read(file.name)
    damage = (*artifact.damage, *artifact.disagreements)
    damage = damage or readers.verify(file.name, artifact)
    if damage:
        raise CannotRestoreError(f"`{edit.name}` would not be whole: {damage[0].why}")
