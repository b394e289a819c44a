"""Which kind of text stands where a model was expected, told from its first lines alone.

<https://nbformat.readthedocs.io/en/latest/format_description.html>,
<https://pip.pypa.io/en/stable/reference/requirements-file-format/>
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Final

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
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/]{64,}={0,2}")
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


def _coded(head: bytes) -> str | None:
    """Tell bytes that were written as text by what they begin with once they are decoded."""
    first = head[: 1 << 12].decode("utf-8", "replace").split("\n", 1)[0]
    if _BYTES.match(first):
        return "the `repr` of bytes"
    letters = b"".join(head[: 1 << 12].split())
    uri = _URI.match(letters)
    letters = letters[uri.end() :] if uri else letters.removeprefix(b"0x")
    if _HEX.fullmatch(letters):
        said = _said(bytes.fromhex(letters[:64].decode()))
        return f"hexadecimal text of {said}" if said else None
    plain = letters.translate(_URL_SAFE)
    if not _BASE64.fullmatch(plain):
        return None
    said = _said(base64.b64decode(plain[:64]))
    return f"base64 text of {said}" if said else None


def _said(start: bytes) -> str | None:
    return next((words for magic, words in _MAGIC.items() if start.startswith(magic)), None)


def _requirements(lines: list[str]) -> bool:
    entries = [line for line in lines if not line.startswith(("#", "-"))]
    found = [_fits(_REQUIREMENT, line) for line in entries]
    pinned = sum(bool(item and item["pin"]) for item in found)
    return bool(entries) and all(found) and pinned >= 1


def _table(lines: list[str]) -> bool:
    return len(lines) >= 3 and any(
        lines[0].count(mark) >= 1 and len({line.count(mark) for line in lines}) == 1
        for mark in ",\t;"
    )
