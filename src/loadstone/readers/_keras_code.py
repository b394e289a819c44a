"""Python bytecode in a Keras file, described without being unmarshalled: whose it is, what it uses.

https://github.com/python/cpython/blob/main/Python/marshal.c
"""

from __future__ import annotations

import base64
import binascii

from loadstone.core.classes import dataclass

_REF = 0x80
_DEPTH = 20
_ITEMS = 20_000
_NUMBERS = {"i": 4, "g": 8, "y": 16, "I": 8}  # bytes of each kind
_SIZE = 4 << 20
_LOAD_GLOBAL = 116  # until 3.12
_LOAD_GLOBAL_13 = 91
_RESUME, _RESUME_13, _RESUME_14 = 151, 149, 128
_BEFORE = (135, 149, 94, 62)  # what may stand before: cells are made, free variables copied
_PRECALL, _RETURN_CONST = 166, 121


class _Odd(Exception):  # noqa: N818 - the bytes' fault
    """The bytes are no code that we know."""


@dataclass(frozen=True, slots=True)
class Bytecode:
    """What a code object says of itself."""

    python: str = ""  # the versions of Python that could have written it: "3.8 to 3.10"
    globals: tuple[str, ...] = ()  # names that it looks up outside of itself


def describe(text: str) -> Bytecode:
    """Return what is known of the code that Keras wrote as text."""
    data = _bytes(text[:_SIZE])
    if not data:
        return Bytecode()
    try:
        found = _Reader(data).value(0)
    except _Odd:
        return Bytecode(_python(data))
    if not isinstance(found, _Code):
        return Bytecode()
    return Bytecode(_python(data), _globals(found, _python(data)))


def _bytes(text: str) -> bytes:
    """Undo base64, or the escapes that Keras 1 and early 2 wrote."""
    if text[:1] and ord(text[0]) & 0x7F == 0x63 and text[-1:] != "\n":
        try:
            return text.encode("raw_unicode_escape")
        except UnicodeEncodeError:
            return b""
    try:
        return base64.b64decode(text.replace("\n", ""), validate=True)
    except (binascii.Error, ValueError):
        try:
            return text.encode("raw_unicode_escape")
        except UnicodeEncodeError:
            return b""


@dataclass(slots=True)
class _Code:
    code: bytes
    names: tuple[object, ...]
    python: str


def _python(data: bytes) -> str:  # noqa: PLR0911 - one return a shape
    """Return which versions of Python write a code object of this shape."""
    if data[:1] not in (b"c", b"\xe3"):
        return ""
    head = _header(data)
    if head == 4:
        return "2"
    if head == 6:
        return "3.8 to 3.10"
    if head != 5:
        return ""
    code = _Reader(data, 21).raw()
    start = _start(code)
    if start in (_RESUME_13, _RESUME_14):
        return "3.13" if start == _RESUME_13 else "3.14"
    if start != _RESUME:
        return "3.4 to 3.7"
    ops = code[::2]
    if _PRECALL in ops:
        return "3.11"
    return "3.12" if _RETURN_CONST in ops else "3.11 or 3.12"


def _start(code: bytes) -> int:
    """Return the first instruction, behind those that make cells; 0 where there is none."""
    for at in range(0, len(code) - 1, 2):
        if code[at] not in _BEFORE or (code[at] == _RESUME_13 and not code[at + 1]):
            return code[at]
    return 0


def _header(data: bytes) -> int:
    """Return how many numbers stand before the string of instructions."""
    for count in (4, 5, 6):
        at = 1 + 4 * count
        kind = data[at : at + 1]
        size = int.from_bytes(data[at + 1 : at + 5], "little")
        if kind in (b"s", b"\xf3") and 0 < size <= len(data) - at - 5:
            return count
    return 0


class _Reader:
    """Marshalled values, of which only bytes, texts, tuples and code are kept."""

    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data = data
        self.at = at
        self.refs: list[object] = []
        self.left = _ITEMS

    def take(self, size: int) -> bytes:
        if size < 0 or self.at + size > len(self.data):
            raise _Odd
        found = self.data[self.at : self.at + size]
        self.at += size
        return found

    def number(self) -> int:
        return int.from_bytes(self.take(4), "little", signed=True)

    def raw(self) -> bytes:
        """Return the string that starts here, none where there is none."""
        try:
            found = self.value(0)
        except _Odd:
            return b""
        return found if isinstance(found, bytes) else b""

    def value(self, depth: int) -> object:
        self.left -= 1
        if depth > _DEPTH or self.left < 0:
            raise _Odd
        kind = self.take(1)[0]
        place = None
        if kind & _REF:
            place = len(self.refs)
            self.refs.append(None)
        found = self._value(chr(kind & 0x7F), depth)
        if place is not None:
            self.refs[place] = found
        return found

    def _value(self, kind: str, depth: int) -> object:  # noqa: PLR0911 - one return a kind
        if kind in "NTFS.0":
            return None
        if kind in "sutaA":
            found = self.take(self.number())
            return found if kind == "s" else found.decode("utf-8", "backslashreplace")
        if kind in "zZ":
            return self.take(self.take(1)[0]).decode("latin-1")
        if kind in ")([<>":
            size = self.take(1)[0] if kind == ")" else self.number()
            return tuple(self.value(depth + 1) for _ in range(self._count(size)))
        if kind == "r":
            index = self.number()
            if not 0 <= index < len(self.refs):
                raise _Odd
            return self.refs[index]
        if kind == "c":
            return self._code(depth)
        self.take(2 * abs(self.number()) if kind == "l" else _NUMBERS.get(kind, -1))
        return None

    def _count(self, size: int) -> int:
        if not 0 <= size <= self.left:
            raise _Odd
        return size

    def _code(self, depth: int) -> _Code:
        start = self.at - 1
        python = _python(self.data[start:])
        head = _header(self.data[start:])
        self.take(4 * head or 1)
        code = self.value(depth + 1)
        self.value(depth + 1)  # constants
        names = self.value(depth + 1)
        new = head == 5 and python != "3.4 to 3.7"
        for _ in range(5):  # variables, cells, the file, the name
            self.value(depth + 1)
        self.take(4)  # line
        for _ in range(2 if new else 1):
            self.value(depth + 1)
        if not isinstance(code, bytes) or not isinstance(names, tuple):
            raise _Odd
        return _Code(code, names, python)


def _globals(found: _Code, python: str) -> tuple[str, ...]:
    """Return the names that the instructions look up outside of the function."""
    if python in ("", "2", "3.14"):
        return ()
    op = _LOAD_GLOBAL_13 if python == "3.13" else _LOAD_GLOBAL
    shift = 1 if python in ("3.11", "3.12", "3.11 or 3.12", "3.13") else 0
    names: list[str] = []
    for at in range(0, len(found.code) - 1, 2):
        index = found.code[at + 1] >> shift
        if found.code[at] == op and index < len(found.names):
            name = found.names[index]
            if isinstance(name, str) and name.isidentifier():
                names.append(name)
    return tuple(dict.fromkeys(names))[:20]
