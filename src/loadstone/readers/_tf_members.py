"""The files beside a TensorFlow path: opened by name inside one folder, pointers told apart."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from loadstone.readers._source import FileSource, MemorySource, Source
from loadstone.readers._text import LFS

_POINTER = 1024


class Members:
    """The files of one folder, by their paths relative to it."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def path(self, name: str) -> str:
        """Return the path of a member."""
        return os.path.join(self.folder, name)  # noqa: PTH118 - the path is kept as it was given

    def size(self, name: str) -> int | None:
        """Return the bytes of a regular file, None where there is none."""
        path = self.path(name)
        try:
            return os.path.getsize(path) if os.path.isfile(path) else None  # noqa: PTH113, PTH202
        except (OSError, ValueError):
            return None

    def names(self) -> list[str]:
        """Return the names in the folder, in order."""
        try:
            return sorted(os.listdir(self.folder or "."))  # noqa: PTH208
        except OSError:
            return []

    @contextmanager
    def open(self, name: str) -> Iterator[Source]:
        """Give the bytes of a member; none where it cannot be opened."""
        try:
            source = FileSource(self.path(name))
        except (OSError, ValueError):
            yield MemorySource(b"")
            return
        with source:
            yield source

    def head(self, name: str, length: int = 200) -> bytes:
        """Return the first bytes of a member."""
        with self.open(name) as source:
            return source.pread(0, length)

    def is_pointer(self, name: str) -> bool:
        """Return whether a git-LFS pointer stands where a member should."""
        return (self.size(name) or _POINTER) < _POINTER and self.head(name).startswith(LFS)


def nothing(size: int) -> MemorySource:
    """Return a source of no bytes, for what is several files; its size is theirs."""
    source = MemorySource(b"")
    source.size = size
    return source


def split(path: str) -> tuple[str, str]:
    """Return the folder of a path and the name in it, either slash."""
    return os.path.split(path)
