"""Numbers and texts one after the other, read through a window of the source."""

from __future__ import annotations

import struct
from typing import Literal

from loadstone.readers._source import Source

_WINDOW = 1 << 16
_LARGEST = 1 << 20


class Ended(Exception):  # noqa: N818 - the bytes' fault
    """The source ends inside what was asked for."""

    def __init__(self, at: int) -> None:
        super().__init__(f"the file ends at byte {at}")
        self.at = at


class Cursor:
    """A position in a source, and the numbers that stand there."""

    def __init__(self, source: Source, at: int, order: Literal["little", "big"]) -> None:
        self.source = source
        self.at = at
        self.order: Literal["little", "big"] = order
        self._origin = at
        self._data = b""

    def take(self, length: int) -> bytes:
        """Return the next bytes, a few of them at most. Raises `Ended`."""
        start = self.at - self._origin
        if start < 0 or start + length > len(self._data):
            self._origin = self.at
            self._data = self.source.pread(self.at, max(length, _WINDOW))
            start = 0
        if len(self._data) - start < length:
            raise Ended(self.source.size)
        self.at += length
        return self._data[start : start + length]

    def hop(self, length: int) -> None:
        """Step over bytes without reading them. Raises `Ended`."""
        if self.at + length > self.source.size:
            raise Ended(self.source.size)
        self.at += length

    def uint(self, size: int) -> int:
        """Return the next whole number of `size` bytes."""
        return int.from_bytes(self.take(size), self.order)

    def hop_texts(self, count: int, width: int) -> None:
        """Step over texts, each behind its length of `width` bytes. Raises `Ended`."""
        kind = {4: "I", 8: "Q"}[width]
        unpack = struct.Struct((">" if self.order == "big" else "<") + kind).unpack_from
        data, origin, at = self._data, self._origin, self.at
        for _ in range(count):
            start = at - origin
            if start < 0 or start + width > len(data):
                origin, start = at, 0
                data = self.source.pread(at, _LARGEST)
                if len(data) < width:
                    raise Ended(self.source.size)
            at += width + int(unpack(data, start)[0])
            if at > self.source.size:
                raise Ended(self.source.size)
        self._data, self._origin, self.at = data, origin, at
