"""Protobuf's wire format, walked without a schema: numbers, types and places, big fields hopped.

https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from loadstone.readers._source import MemorySource, Source

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
FIELDS = 1_200_000  # that one file may take: about a second
_NEAR, _FAR = 4096, 1 << 20  # the window after a hop, and the largest that reading on grows to
_ENOUGH = 20  # a key and a varint or a length, each of at most ten bytes


class NotProtobuf(Exception):  # noqa: N818 - the bytes' fault
    """The bytes are no fields. `kind` is `malformed`, `truncated` or `limit`, as of `Damage`."""

    def __init__(self, why: str, at: int, kind: str = "malformed") -> None:
        super().__init__(why)
        self.why = why
        self.at = at
        self.kind = kind


class Field(NamedTuple):
    """One field: an integer of its own, or the place where its bytes lie."""

    number: int
    wire: int  # VARINT, FIXED64, BYTES, FIXED32
    value: int  # as unsigned 64 or 32 bits; for BYTES the offset of its bytes
    length: int = 0  # of BYTES

    @property
    def end(self) -> int:
        """The offset behind its bytes."""
        return self.value + self.length


class Wire:
    """The messages of one source. The number of fields is counted over all of them."""

    def __init__(self, source: Source | bytes, limit: int = FIELDS) -> None:
        self.source: Source = MemorySource(source) if isinstance(source, bytes) else source
        self.left = limit
        self._origin = 0
        self._data = b""
        self._step = _NEAR

    def fields(self, start: int = 0, end: int | None = None) -> Iterator[Field]:
        """Yield the fields of the message in [start, end), reading none of their bytes.

        Raises `NotProtobuf`, after all fields that came before.
        """
        end = self.source.size if end is None else end
        at = start
        origin, data = self._origin, self._data
        while at < end:
            if at < origin or (at + _ENOUGH > origin + len(data) and origin + len(data) < end):
                origin, data = self._window(at)
            self.left -= 1
            if self.left < 0:
                raise NotProtobuf("it has more fields than the limit", at, "limit")
            short = data[at - origin : at - origin + 2]  # most keys and lengths take a byte each
            if (
                len(short) == 2
                and short[0] & 0x87 == BYTES
                and short[0] > 7
                and short[1] < 0x80
                and at + 2 + short[1] <= end
            ):
                at += 2 + short[1]
                yield Field(short[0] >> 3, BYTES, at - short[1], short[1])
                continue
            key, to = self._varint(data, at - origin, origin, end)
            number, wire = key >> 3, key & 7
            if not 0 < number < 1 << 29:
                raise NotProtobuf(f"{number} is no field number", at)
            if wire in {BYTES, VARINT}:
                value, to = self._varint(data, to, origin, end)
                if wire == VARINT:
                    yield Field(number, wire, value, 0)
                else:
                    to += value
                    if origin + to > end:
                        raise self._ends(end, f"field {number} takes {value} bytes", at)
                    yield Field(number, wire, origin + to - value, value)
            elif wire in {FIXED64, FIXED32}:
                to += 8 if wire == FIXED64 else 4
                if origin + to > end:
                    raise self._ends(end, f"field {number} goes on", at)
                value = int.from_bytes(data[to - (8 if wire == FIXED64 else 4) : to], "little")
                yield Field(number, wire, value, 0)
            else:
                raise NotProtobuf(f"{wire} is no wire type", at)
            at = origin + to

    def inside(self, field: Field) -> Iterator[Field]:
        """Yield the fields of the message that a field holds; none where it holds no bytes."""
        if field.wire != BYTES:
            return iter(())
        return self.fields(field.value, field.end)

    def grouped(self, field: Field) -> dict[int, list[Field]]:
        """Return the fields of a small message by their number, in their order."""
        found: dict[int, list[Field]] = {}
        for inner in self.inside(field):
            found.setdefault(inner.number, []).append(inner)
        return found

    def raw(self, field: Field, limit: int) -> bytes:
        """Return the first `limit` bytes that a field holds."""
        if field.wire != BYTES:
            return b""
        at = field.value - self._origin
        length = min(field.length, limit)
        if at >= 0 and at + length <= len(self._data):
            return self._data[at : at + length]
        return self.source.pread(field.value, length)

    def text(self, field: Field, limit: int = 1000) -> str:
        """Return the text that a field holds; what is no UTF-8 is escaped."""
        return self.raw(field, limit).decode("utf-8", "backslashreplace")

    def numbers(self, field: Field) -> Iterator[int]:
        """Yield the integers of one part of a repeated varint field, packed or single."""
        if field.wire != BYTES:
            yield field.value
            return
        data = self.raw(field, field.length)
        at = 0
        while at < len(data):
            self.left -= 1
            if self.left < 0:
                raise NotProtobuf("it has more fields than the limit", field.value + at, "limit")
            value, at = self._varint(data, at, field.value, field.end)
            yield value

    def _window(self, at: int) -> tuple[int, bytes]:
        """Return bytes from `at` on, and make them those that nested messages look at first."""
        reach = self._origin + len(self._data)
        if self._origin <= at and (at + _ENOUGH <= reach or reach >= self.source.size):
            return self._origin, self._data
        on = self._origin <= at <= reach
        self._step = min(self._step * 2, _FAR) if on else _NEAR
        self._origin, self._data = at, self.source.pread(at, self._step)
        return self._origin, self._data

    def _varint(self, data: bytes, at: int, origin: int, end: int) -> tuple[int, int]:
        """Return the integer at data[at], and the index behind it."""
        last = min(len(data), end - origin)
        if at < last and data[at] < 0x80:
            return data[at], at + 1
        value = shift = 0
        while at < last:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value & 0xFFFFFFFFFFFFFFFF, at
            shift += 7
            if shift >= 70:
                raise NotProtobuf("a number takes more than ten bytes", origin + at)
        raise self._ends(end, "a number goes on", origin + at)

    def _ends(self, end: int, why: str, at: int) -> NotProtobuf:
        if end >= self.source.size:
            return NotProtobuf(f"{why} where the file ends", at, "truncated")
        return NotProtobuf(f"{why} where the message around it ends", at)


def signed(value: int) -> int:
    """Return a varint as the int64 or int32 that it holds."""
    return value - (1 << 64) if value >> 63 else value
