"""The arguments that a pickle writes as text: https://docs.python.org/3/library/pickletools.html.

Each function returns a value and whether every reader reads that value from that text. Readers
differ: CPython's C unpickler reads numbers with `strtol`, the Python one with `int`, and
`pickletools` in decimal only. Each raises ValueError for what no reader takes.
"""

import re
from typing import TYPE_CHECKING, Tuple, Union

if TYPE_CHECKING:
    from typing import Match

_CANONICAL_INT = re.compile(rb"(?:0|-?[1-9][0-9]*)\Z")
_CANONICAL_FLOAT = re.compile(
    rb"-?(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|inf|nan)\Z"
)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|x[0-9a-fA-F]{2}|.?)", re.DOTALL)
_ESCAPES = {
    b"\\": b"\\",
    b"'": b"'",
    b'"': b'"',
    b"a": b"\a",
    b"b": b"\b",
    b"f": b"\f",
    b"n": b"\n",
    b"r": b"\r",
    b"t": b"\t",
    b"v": b"\v",
    b"\n": b"",
}


def read_int(text: bytes) -> Tuple[int, bool]:
    """Read the argument of INT, where `00` and `01` are the two truth values."""
    if text in (b"00", b"01"):
        return text == b"01", True
    return int(text, 0), bool(_CANONICAL_INT.match(text))


def read_long(text: bytes) -> Tuple[int, bool]:
    """Read the argument of LONG, whose `L` at the end may be left out."""
    if text.endswith(b"L"):
        text = text[:-1]
    return int(text, 0), bool(_CANONICAL_INT.match(text))


def read_index(text: bytes) -> Tuple[int, bool]:
    """Read the argument of GET and PUT."""
    return int(text), text.isdigit() and len(text) <= 18


def read_float(text: bytes) -> Tuple[float, bool]:
    """Read the argument of FLOAT, in which the C unpickler refuses what overflows."""
    value = float(text)
    overflows = value in (float("inf"), float("-inf")) and not text.endswith(b"inf")
    return value, not overflows and bool(_CANONICAL_FLOAT.match(text))


def read_string(text: bytes) -> Union[str, bytes]:
    """Read the argument of STRING; one that is not ASCII stays as bytes."""
    if len(text) < 2 or text[0] != text[-1] or text[:1] not in (b"'", b'"'):
        raise ValueError("the STRING opcode argument must be quoted")
    text = text[1:-1]
    if b"\\" in text:
        text = _ESCAPE.sub(_unescaped, text)
    try:
        return text.decode("ascii")
    except UnicodeDecodeError:
        return text


def _unescaped(match: "Match[bytes]") -> bytes:
    escape = match.group(1)
    if escape in _ESCAPES:
        return _ESCAPES[escape]
    if escape[:1] == b"x" and len(escape) == 3:
        return bytes((int(escape[1:], 16),))
    if escape[:1].isdigit() and escape[0] < 0x38:
        return bytes((int(escape, 8) & 0xFF,))
    if escape in (b"", b"x"):
        raise ValueError("a string ends in the middle of an escape")
    return b"\\" + escape  # as Python does with an escape that it does not know
