"""Tables of a flatbuffer, read by field number; every offset is checked.

https://flatbuffers.dev/internals/
"""

from __future__ import annotations


class NotFlat(Exception):  # noqa: N818 - the bytes' fault
    """An offset leads out of the buffer."""


def root(data: bytes) -> Table:
    """Return the root table; raises `NotFlat`."""
    return Table(data, _unsigned(data, 0, 4))


def _unsigned(data: bytes, at: int, width: int) -> int:
    if at < 0 or at + width > len(data):
        raise NotFlat(f"byte {at} is outside of its {len(data)} bytes")
    return int.from_bytes(data[at : at + width], "little")


class Table:
    """One table: its fields are found by the numbers that the schema gives them."""

    def __init__(self, data: bytes, at: int) -> None:
        self._data = data
        self._at = at
        self._fields = at - int.from_bytes(self._bytes(at, 4), "little", signed=True)
        self._size = _unsigned(data, self._fields, 2)

    def integer(self, field: int) -> int | None:
        """Return a field of four signed bytes, nothing where it is left out."""
        at = self._place(field)
        return int.from_bytes(self._bytes(at, 4), "little", signed=True) if at else None

    def text(self, field: int) -> str | None:
        """Return a text."""
        at = self._reference(field)
        if at is None:
            return None
        length = _unsigned(self._data, at, 4)
        return self._bytes(at + 4, length).decode("utf-8", "backslashreplace")

    def table(self, field: int) -> Table | None:
        """Return a table inside this one."""
        at = self._reference(field)
        return None if at is None else Table(self._data, at)

    def count(self, field: int) -> int:
        """Return the length of a vector."""
        at = self._reference(field)
        if at is None:
            return 0
        length = _unsigned(self._data, at, 4)
        if length > len(self._data):
            raise NotFlat(f"a vector of {length} at byte {at} is longer than the buffer")
        return length

    def tables(self, field: int, most: int) -> list[Table]:
        """Return the tables of a vector, at most so many."""
        at = self._reference(field)
        if at is None:
            return []
        places = range(at + 4, at + 4 + 4 * min(self.count(field), most), 4)
        return [Table(self._data, place + _unsigned(self._data, place, 4)) for place in places]

    def _bytes(self, at: int, length: int) -> bytes:
        if at < 0 or length < 0 or at + length > len(self._data):
            raise NotFlat(f"byte {at} is outside of its {len(self._data)} bytes")
        return self._data[at : at + length]

    def _place(self, field: int) -> int:
        """Return where a field lies, 0 where it is left out."""
        slot = 4 + 2 * field
        if slot + 2 > self._size:
            return 0
        offset = _unsigned(self._data, self._fields + slot, 2)
        return self._at + offset if offset else 0

    def _reference(self, field: int) -> int | None:
        at = self._place(field)
        return at + _unsigned(self._data, at, 4) if at else None
