"""FlatBuffers, walked by offsets with every one checked against the file.

https://flatbuffers.dev/internals/
"""

from __future__ import annotations

from collections.abc import Iterator

from loadstone.readers._source import Source

_PAGE = 1 << 16
_PAGES = 256
_LOOKS = 1_000_000  # numbers read from one file


class NotFlatBuffer(Exception):  # noqa: N818 - the bytes' fault
    """An offset leads out of the file, or there are too many to follow."""

    def __init__(self, why: str, at: int, kind: str = "malformed") -> None:
        super().__init__(why)
        self.why = why
        self.at = at
        self.kind = kind


class FlatBuffer:
    """Numbers and stretches of a file, read through a few pages."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._pages: dict[int, bytes] = {}
        self._left = _LOOKS

    def root(self) -> Table:
        """Return the table that the file starts with."""
        return Table(self, self.number(0, 4))

    def number(self, at: int, size: int, *, signed: bool = False) -> int:
        """Return the little-endian number at an offset."""
        self._left -= 1
        if self._left < 0:
            raise NotFlatBuffer("it holds more than the limit", at, "limit")
        return int.from_bytes(self.raw(at, size), "little", signed=signed)

    def raw(self, at: int, size: int) -> bytes:
        """Return `size` bytes from an offset on."""
        if at < 0 or at + size > self.source.size:
            end = self.source.size
            raise NotFlatBuffer(f"byte {at} lies behind the end at {end}", end, "truncated")
        page, start = divmod(at, _PAGE)
        if start + size > _PAGE:
            return self.source.pread(at, size)
        if page not in self._pages:
            if len(self._pages) >= _PAGES:
                self._pages.clear()
            self._pages[page] = self.source.pread(page * _PAGE, _PAGE)
        return self._pages[page][start : start + size]


class Table:
    """One table: its fields are found through its vtable, and may be absent."""

    def __init__(self, buffer: FlatBuffer, at: int) -> None:
        self.buffer = buffer
        self.at = at
        self._vtable = at - buffer.number(at, 4, signed=True)
        self._size = buffer.number(self._vtable, 2)

    def _field(self, index: int) -> int:
        place = 4 + 2 * index
        if place + 2 > self._size:
            return 0
        offset = self.buffer.number(self._vtable + place, 2)
        return self.at + offset if offset else 0

    def number(self, index: int, size: int, *, signed: bool = False) -> int:
        """Return a number field; 0 where it is absent."""
        at = self._field(index)
        return self.buffer.number(at, size, signed=signed) if at else 0

    def given(self, index: int) -> bool:
        """Return whether a field is there; an absent one has the default of the schema."""
        return bool(self._field(index))

    def _pointed(self, index: int) -> int:
        at = self._field(index)
        return at + self.buffer.number(at, 4) if at else 0

    def text(self, index: int, limit: int = 1000) -> str:
        """Return a text field; "" where it is absent."""
        at = self._pointed(index)
        if not at:
            return ""
        length = self.buffer.number(at, 4)
        return self.buffer.raw(at + 4, min(length, limit)).decode("utf-8", "backslashreplace")

    def vector(self, index: int) -> tuple[int, int]:
        """Return where the elements of a vector start, and how many there are."""
        at = self._pointed(index)
        if not at:
            return 0, 0
        count = self.buffer.number(at, 4)
        if count > self.buffer.source.size:
            raise NotFlatBuffer(f"a vector of {count} at byte {at} is longer than the file", at)
        return at + 4, count

    def numbers(self, index: int, size: int, limit: int = 10_000) -> list[int]:
        """Return a vector of signed numbers."""
        at, count = self.vector(index)
        data = self.buffer.raw(at, min(count, limit) * size) if count else b""
        return [
            int.from_bytes(data[place : place + size], "little", signed=True)
            for place in range(0, len(data), size)
        ]

    def table(self, index: int) -> Table | None:
        """Return a table field, None where it is absent."""
        at = self._pointed(index)
        return Table(self.buffer, at) if at else None

    def tables(self, index: int) -> Iterator[Table]:
        """Yield the tables of a vector."""
        at, count = self.vector(index)
        for place in range(at, at + 4 * count, 4):
            yield Table(self.buffer, place + self.buffer.number(place, 4))
