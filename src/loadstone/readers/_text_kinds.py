"""Which kind of text stands where a model was expected, told from its first lines alone.

<https://nbformat.readthedocs.io/en/latest/format_description.html>,
<https://pip.pypa.io/en/stable/reference/requirements-file-format/>
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Final

VECTORS = "word vectors in the text format of word2vec"
_DIMENSIONS = 10_000
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?(e-?\d+)?$")
_LINES = 200
_WIDTH = 200  # characters: no pattern is tried on a longer line
_PYTHON: Final = re.compile(
    r"#!.*\bpython|(?:import [\w.]+(?: as \w+)?(?:, ?[\w.]+(?: as \w+)?)*"
    r"|from [\w.]+ import [\w(*][\w, ()*]*|(?:async )?def \w+\(.*|class \w+[(:].*)\s*(?:#.*)?$"
)
_REQUIREMENT: Final = re.compile(
    r"[A-Za-z0-9][\w.-]{0,100}(?:\[[\w, .-]{0,100}\])?\s*"
    r"(?P<pin>(?:[=!~<>]=|[<>])\s*[\w.*+!, <>=~]+)?"
    r"(?:\s*;.*)?(?:\s+#.*)?$"
)
_BYTES: Final = re.compile(r"""b(['"])(?:\\(?:x[0-9a-f]{2}|[nrt'"\\])|[ -\[\]-~]){8}""")
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/]{14,}={0,2}")
_LETTERS = 64  # so many letters of base64 are no accident
_HEX: Final = re.compile(rb"(?:[0-9a-fA-F]{2}){32,}")
_URI: Final = re.compile(rb"data:[\w.+/;=-]{0,100}base64,")
_URL_SAFE: Final = bytes.maketrans(b"-_", b"+/")
_MAGIC: Final = {
    b"PK\x03\x04": "a ZIP archive",
    b"\x89HDF\r\n\x1a\n": "an HDF5 file",
    b"\x1f\x8b\x08": "a gzip stream",
    b"\x80\x02": "a pickle",
    b"\x80\x03": "a pickle",
    b"\x80\x04\x95": "a pickle",
    b"\x80\x05\x95": "a pickle",
    b"\x93NUMPY": "a NumPy array",
}


def kind(head: bytes, *, whole: bool) -> str | None:
    """Return what the text is in words, or `None` where its lines do not tell.

    Without `whole`, the last line may be cut and is not looked at.
    """
    if coded := _coded(head):
        return coded
    lines = head[: 1 << 16].decode("utf-8", "replace").splitlines()[: _LINES + 1]
    if not whole or len(lines) > _LINES:
        lines = lines[:-1]
    lines = [line.rstrip() for line in lines if line.strip()]
    if _vectors(lines):
        return VECTORS
    if any(_fits(_PYTHON, line) for line in lines):
        return "Python source"
    if _requirements(lines):
        return "a list of requirements"
    if _table(lines):
        return "a table of values"
    return None


def notebook(value: Mapping[str, object]) -> bool:
    """Return whether a JSON document is a Jupyter notebook."""
    return isinstance(value.get("nbformat"), int) and isinstance(value.get("cells"), list)


def _fits(pattern: re.Pattern[str], line: str) -> re.Match[str] | None:
    return pattern.match(line) if len(line) <= _WIDTH else None


def coding(head: bytes) -> str | None:
    """Return how a text codes bytes, where nothing but the bytes is in it."""
    first = head[: 1 << 12].decode("utf-8", "replace").split("\n", 1)[0]
    if _BYTES.match(first):
        return "repr"
    letters = b"".join(head[: 1 << 12].split())
    if _HEX.fullmatch(letters):
        return "hex" if _said(bytes.fromhex(letters[:64].decode())) else None
    plain = letters.translate(_URL_SAFE)
    if not _of_base64(plain):
        return None
    return "base64" if plain == letters else "base64url"


def _coded(head: bytes) -> str | None:
    """Tell bytes that were written as text by what they begin with once they are decoded."""
    if coding(head) == "repr":
        return "the `repr` of bytes"
    letters = b"".join(head[: 1 << 12].split())
    uri = _URI.match(letters)
    letters = letters[uri.end() :] if uri else letters.removeprefix(b"0x")
    if _HEX.fullmatch(letters):
        said = _said(bytes.fromhex(letters[:64].decode()))
        return f"hexadecimal text of {said}" if said else None
    said = _of_base64(letters.translate(_URL_SAFE))
    return f"base64 text of {said}" if said else None


def _of_base64(letters: bytes) -> str | None:
    """Return what base64 text begins with, decoded; a short text has to end as a pickle, too."""
    if not _BASE64.fullmatch(letters):
        return None
    start = base64.b64decode(letters[: len(letters) & ~3])
    said = _said(start)
    if len(letters) < _LETTERS and not (said == "a pickle" and start.endswith(b".")):
        return None
    return said


def _said(start: bytes) -> str | None:
    return next((words for magic, words in _MAGIC.items() if start.startswith(magic)), None)


def _requirements(lines: list[str]) -> bool:
    entries = [line for line in lines if not line.startswith(("#", "-"))]
    found = [_fits(_REQUIREMENT, line) for line in entries]
    pinned = sum(bool(item and item["pin"]) for item in found)
    return bool(entries) and all(found) and pinned >= 1


def _table(lines: list[str]) -> bool:
    return any(_columns(lines, mark) for mark in ",\t;")


def _vectors(lines: list[str]) -> bool:
    """How many words of how many numbers, then a word and its numbers on each line."""
    sizes = lines[0].split() if len(lines) > 1 and len(lines[0]) < 40 else []
    if len(sizes) != 2 or not all(item.isdecimal() for item in sizes):
        return False
    numbers = lines[1].rsplit(" ", int(sizes[1]))[1:] if int(sizes[1]) <= _DIMENSIONS else []
    return len(numbers) == int(sizes[1]) and all(_fits(_NUMBER, item) for item in numbers)


def _columns(lines: list[str], mark: str) -> bool:
    """Whether every line has as many fields; of two lines, without a blank: prose has some."""
    counts = {line.count(mark) for line in lines}
    if len(counts) != 1 or not any(counts):
        return False
    return len(lines) >= 3 or (len(lines) == 2 and max(counts) >= 2 and " " not in "".join(lines))
