"""The files beside a TensorFlow path: opened by name inside one folder, pointers told apart."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from loadstone.core.facts import Damage
from loadstone.readers._source import MemorySource, Source
from loadstone.readers._text import LFS
from loadstone.readers._within import is_inside, leads_to, names_in, open_in, outside, size_in

_POINTER = 1024
_LINKS = 20  # told


class Members:
    """The files of one folder, by their paths relative to it."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.links: dict[str, Damage] = {}  # out of the folder, by the members behind them

    def path(self, name: str) -> str:
        """Return the path of a member."""
        return os.path.join(self.folder, name)  # noqa: PTH118 - the path is kept as it was given

    def size(self, name: str) -> int | None:
        """Return the bytes of a regular file, None where there is none."""
        return size_in(self.folder, name) if self._is_inside(name) else None

    def names(self, below: str = "") -> list[str]:
        """Return the names in the folder, or in one inside it, in order."""
        return names_in(self.folder, below) if self._is_inside(below) else []

    def _is_inside(self, name: str) -> bool:
        if name and not is_inside(name):
            return False
        target = leads_to(self.folder, name)
        if target and len(self.links) < _LINKS:
            self.links[name] = outside(name, target)
        return not target

    @contextmanager
    def open(self, name: str) -> Iterator[Source]:
        """Give the bytes of a member; none where it cannot be opened."""
        try:
            source = open_in(self.folder, name)
        except OSError:
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
