"""Whether bytes of another format are a pickle too, whose machine would call something, or a zip.

`pickle.load` obeys each opcode before it reads the next: what follows a call need not be sound.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from loadstone.core.classes import replace
from loadstone.core.facts import Artifact
from loadstone.readers._later import later
from loadstone.readers._opened import WORST, Opened
from loadstone.readers._source import Source

if TYPE_CHECKING:
    from pickletools import OpcodeInfo

_MOST: Final = 1 << 18  # opcodes that are followed, and bytes of a line
_CALLS: Final = ("REDUCE", "INST", "OBJ", "NEWOBJ", "NEWOBJ_EX", "BUILD")
_FINDS: Final = ("GLOBAL", "STACK_GLOBAL", "EXT1", "EXT2", "EXT4", "PERSID", "BINPERSID")
_STARTS: Final = frozenset(
    b"(cilLdSVINFgp]})GBCKJMTUX\x80\x82\x83\x84\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x95\x96"
)
_PAGE: Final = 1 << 16  # bytes that are read at once
_WIDTHS: Final = {-2: 1, -3: 4, -4: 4, -5: 8}  # of lengths, by `pickletools`' numbers for them
# what the unpickler in C takes for a number, and more: it reads `0x1` too, and no further than NUL
_NUMBER: Final = re.compile(rb"[\s+-]*(?:[\d.\0]|nan|inf|\Z)", re.IGNORECASE)
_LINES: Final = {
    "INT": _NUMBER,
    "LONG": _NUMBER,
    "FLOAT": _NUMBER,
    "PUT": re.compile(rb"\s*\d"),
    "GET": re.compile(rb"\s*\d"),
    "STRING": re.compile(rb"(['\"]).*\1\s*\Z"),
}


def checked(opened: Opened, found: Artifact) -> Artifact:
    """Return the facts; that opening runs nothing is taken back where a pickle would call.

    A pickle that is whole, and holds an HDF5 file where h5py looks for one, is that pickle.
    """
    if found.format in ("hdf5", "keras-h5") and opened.head[:1] == b"\x80":
        around: Artifact = later("pickle", "read")(opened)
        if not around.damage:
            word = max(around.opening_runs_code, found.opening_runs_code, key=WORST.index)
            names = tuple(dict.fromkeys((*around.calls, *found.calls)))
            return replace(around, opening_runs_code=word, calls=names)
    if found.opening_runs_code == "no" and (_ends_as_zip(opened, found) or calls(opened)):
        return replace(found, opening_runs_code="unknown")
    return found


def _ends_as_zip(opened: Opened, found: Artifact) -> bool:
    """Whether loaders that look for the directory of an archive find one behind other data."""
    if found.format not in ("unknown", "text"):
        return False
    return b"PK\5\6" in opened.source.pread(max(0, opened.source.size - _PAGE - 22), _PAGE + 22)


def calls(opened: Opened) -> bool:
    """Whether the machine reaches a call before it stops or fails, or too far to be followed.

    A call needs what can be called, and before a name was looked up there are only plain values.
    """
    if not opened.head or opened.head[0] not in _STARTS:
        return False
    import pickletools

    stream = _Stream(opened.source)
    opcodes = {opcode.code: opcode for opcode in pickletools.opcodes}
    found = False
    for _ in range(_MOST):
        opcode = opcodes.get(stream.take(1).decode("latin-1"))
        if opcode is None or opcode.name == "STOP":
            return False
        reached = stream.skip(opcode)
        found = found or opcode.name in _FINDS
        able = opcode.name in _CALLS and (found or opcode.name == "INST")
        if reached is None or (reached and able):
            return True
        if not reached:
            return False
    return True


class _Stream:
    """The bytes of a source from its start, read a page at a time."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.at = self.first = 0
        self.page = b""

    def take(self, size: int) -> bytes:
        """Return the next bytes, fewer where the source ends."""
        start = self.at - self.first
        if start < 0 or start + size > len(self.page):
            self.first, start = self.at, 0
            self.page = self.source.pread(self.at, max(size, _PAGE))
        self.at += size
        return self.page[start : start + size]

    def skip(self, opcode: OpcodeInfo) -> bool | None:
        """Go past an argument: False where none can stand there, None where it is too long."""
        size = 0 if opcode.arg is None else opcode.arg.n
        if size in _WIDTHS:
            length = int.from_bytes(self.take(_WIDTHS[size]), "little")
            self.at += length
        elif size >= 0:
            self.at += size
        else:
            lines = 2 if opcode.name in ("GLOBAL", "INST") else 1
            told = [self._line(_LINES.get(opcode.name)) for _ in range(lines)]
            return None if None in told else all(told)
        return self.at <= self.source.size

    def _line(self, pattern: re.Pattern[bytes] | None) -> bool | None:
        start = self.at
        line, ended, _ = self.take(_MOST).partition(b"\n")
        self.at = start + len(line) + 1
        if not ended:
            return None if len(line) == _MOST else False
        return pattern is None or pattern.match(line) is not None
