"""UBJSON as XGBoost writes it, skimmed: long arrays of numbers are counted and hopped over.

https://ubjson.org; integers are big-endian, keys have a length and no marker.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

from loadstone.readers._source import Source

_INTEGERS = {b"i": ">b", b"U": ">B", b"I": ">h", b"l": ">i", b"L": ">q"}
_FLOATS = {b"d": ">f", b"D": ">d"}
_WIDTHS = {marker: struct.calcsize(form) for marker, form in (_INTEGERS | _FLOATS).items()}
_WORDS: dict[bytes, Any] = {b"Z": None, b"T": True, b"F": False}
_WINDOW = 1 << 18
_DEPTH = 64
_VALUES = 800_000
_TEXT = 16 << 20
_SMALL = 64  # numbers that are kept; beyond, they are counted


class Cut(Exception):  # noqa: N818 - a state of the bytes
    """The bytes end inside a value, or are no UBJSON; `kind` is a word of `Damage`."""

    def __init__(self, kind: str, why: str, at: int) -> None:
        super().__init__(why)
        self.kind = kind
        self.why = why
        self.at = at


class Skipped:
    """An array that was hopped over: only its length is known."""

    def __init__(self, count: int) -> None:
        self.count = count


class Skim:
    """One pass over the bytes."""

    def __init__(self, source: Source, keep: frozenset[str] = frozenset()) -> None:
        self.source = source
        self.keep = keep  # keys whose lists are only counted
        self.at = 0
        self.left = _VALUES
        self.twice: list[str] = []
        self.partial: dict[str, Any] = {}  # what the root held before the bytes ended
        self._start, self._data = 0, b""

    def read(self) -> Any:
        """Return the value; raises `Cut`."""
        if self._take(1) != b"{":
            raise Cut("malformed", "it does not start with an object", 0)
        return self._object(0, self.partial)

    def parts(self) -> Iterator[tuple[str, int, int]]:
        """Yield the keys of the root, and where their values start and end; raises `Cut`."""
        if self._take(1) != b"{":
            raise Cut("malformed", "it does not start with an object", 0)
        while not self._peek(b"}"):
            key, start = self._text(), self.at
            self._value(0)
            yield key, start, self.at

    def _take(self, length: int) -> bytes:
        first = self.at - self._start
        if not 0 <= first <= len(self._data) - length:
            self._start, first = self.at, 0
            self._data = self.source.pread(self.at, max(length, _WINDOW))
        found = self._data[first : first + length]
        if len(found) < length:
            raise Cut("truncated", "the file ends inside a value", self.source.size)
        self.at += length
        return found

    def _integer(self) -> int:
        at, marker = self.at, self._take(1)
        form = _INTEGERS.get(marker)
        if form is None:
            raise Cut("malformed", f"byte {marker.hex()} is no marker of a length", at)
        value: int = struct.unpack(form, self._take(_WIDTHS[marker]))[0]
        if value < 0:
            raise Cut("malformed", f"a length is {value}", at)
        return value

    def _text(self) -> str:
        length = self._integer()
        if length > _TEXT:
            raise Cut("limit", f"a text of {length} bytes is over the limit of {_TEXT}", self.at)
        return self._take(length).decode("utf-8", "backslashreplace")

    def _value(self, depth: int, *, count_only: bool = False) -> Any:
        self.left -= 1
        if self.left < 0 or depth > _DEPTH:
            what = "values" if self.left < 0 else "levels"
            raise Cut("limit", f"it holds more {what} than are read", self.at)
        at, marker = self.at, self._take(1)
        if marker == b"{":
            return self._object(depth + 1, {})
        if marker == b"[":
            return self._array(depth + 1, count_only=count_only)
        if marker == b"S":
            return self._text()
        if marker == b"C":
            return self._take(1).decode("latin-1")
        return self._scalar(marker, at)

    def _scalar(self, marker: bytes, at: int) -> Any:
        if marker in _WORDS:
            return _WORDS[marker]
        form = _INTEGERS.get(marker) or _FLOATS.get(marker)
        if form is None:
            raise Cut("malformed", f"byte {marker.hex()} is no marker of a value", at)
        return struct.unpack(form, self._take(_WIDTHS[marker]))[0]

    def _object(self, depth: int, found: dict[str, Any]) -> dict[str, Any]:
        while True:
            marker = self._take(1)
            if marker == b"}":
                return found
            self.at -= 1
            key = self._text()
            if key in found and len(self.twice) < 20:
                self.twice.append(key)
            if self._peek(b"{"):
                inner: dict[str, Any] = {}
                found[key] = inner
                self.at += 1
                self.left -= 1
                if depth > _DEPTH or self.left < 0:
                    raise Cut("limit", "it holds more than is read", self.at)
                self._object(depth + 1, inner)
            else:
                found[key] = self._value(depth, count_only=key in self.keep)

    def _peek(self, marker: bytes) -> bool:
        found = self._take(1)
        self.at -= 1
        return found == marker

    def _array(self, depth: int, *, count_only: bool) -> Any:
        kind, count = b"", -1
        if self._peek(b"$"):
            self._take(1)
            kind = self._take(1)
        if self._peek(b"#"):
            self._take(1)
            count = self._integer()
        if kind in _WIDTHS and count >= 0:
            return self._numbers(kind, count)
        if kind:
            raise Cut("malformed", f"an array of type {kind.hex()} has no plain elements", self.at)
        found: list[Any] = []
        held = 0
        while held != count:
            if count < 0 and self._peek(b"]"):
                self._take(1)
                break
            value = self._value(depth)
            held += 1
            if not count_only:
                found.append(value)
        return Skipped(held) if count_only else found

    def _numbers(self, kind: bytes, count: int) -> Any:
        width = _WIDTHS[kind]
        if count <= _SMALL:
            form = (_INTEGERS.get(kind) or _FLOATS[kind])[1:]
            return list(struct.unpack(f">{count}{form}", self._take(width * count)))
        if self.at + width * count > self.source.size:
            raise Cut("truncated", "the file ends inside an array", self.source.size)
        self.at += width * count
        return Skipped(count)
