"""Formats that are recognised and not read here: the right loader is another one."""

from __future__ import annotations

from typing import Any

from loadstone.core.facts import Artifact
from loadstone.readers import _inflate, _inside, _magic, _replaced, _signatures, _tar, _text
from loadstone.readers._later import later
from loadstone.readers._opened import PICKLED, Opened
from loadstone.readers._plain import Scalar, clean
from loadstone.readers._source import MemorySource


def empty(opened: Opened) -> Artifact:
    """Return a file of no bytes."""
    return opened.artifact("empty", "none")


def zeros(opened: Opened) -> Artifact:
    """Return a file of zero bytes."""
    return opened.artifact("zeros", "none")


def unknown(opened: Opened) -> Artifact:
    """Return a file that nothing recognised."""
    detail: dict[str, Scalar] = {"first": opened.head[:16].hex(" ")}
    kind = _signatures.kind(opened.head)
    if kind:
        detail["kind"] = kind
    replaced = _replaced.damage(opened)
    return opened.artifact(
        "unknown",
        "none",
        opening_runs_code="no" if _signatures.is_data(opened.head) and not replaced else "unknown",
        detail=detail,
        damage=() if replaced is None else (replaced,),
    )


def is_zeros(opened: Opened) -> bool:
    """Return whether the first and the last 64 KB are zero bytes."""
    if opened.head.strip(b"\0"):
        return False
    size = opened.source.size
    first = opened.source.pread(0, 65536)
    last = opened.source.pread(max(0, size - 65536), 65536)
    return not first.strip(b"\0") and not last.strip(b"\0")


_TAR = 4 << 20  # bytes of a compressed archive that are looked at for names
_HERE = ("gzip", "bzip2", "xz", "zstd", "7z", "rar")


def sniff(opened: Opened) -> bool:
    """Return whether the signature is of a format that is not read here."""
    return _magic.word(opened.head) in _HERE


def read(opened: Opened) -> Artifact:
    """Return a file known by its signature alone."""
    word = _magic.word(opened.head) or "unknown"
    detail: dict[str, Scalar] = {}
    if word in ("gzip", "bzip2", "xz"):
        detail = _compressed(opened, word)
    found: dict[str, Any] = {}
    if detail.get("inner") == "tar":
        begins = bytes(_inflate.inflate(opened.source, word, _TAR).data)
        detail |= _members(begins)
        found = _runs(opened, word, begins)
    if word == "zstd":  # what is inside is not read, and `pandas.read_pickle` would unpickle it
        found = {"opening_runs_code": "unknown"}
    return opened.artifact(word, "container", detail=detail, **found)


def _runs(opened: Opened, word: str, begins: bytes) -> dict[str, Any]:
    """Return what loaders run of a compressed tar, where a pickle is among its first members."""
    if later("tar", "runs")(opened, MemorySource(begins))[0] == "no":
        return {}
    inflated = _inflate.inflate(opened.source, word, PICKLED)
    runs, calls = later("tar", "runs")(opened, MemorySource(bytes(inflated.data)))
    if inflated.why and runs != "yes":
        runs = "unknown"
    return {"opening_runs_code": runs, "calls": calls}


def _compressed(opened: Opened, word: str) -> dict[str, str | int | float | bool | None]:
    """Return the name in a gzip header, and what the first bytes inside are (RFC 1952)."""
    head = _inflate.first(opened.source, word)
    if not head:
        return {"inner": None}
    inner = _magic.guess(head)
    detail: dict[str, str | int | float | bool | None] = {"inner": inner}
    if word == "gzip":
        name = None
        if len(opened.head) > 10 and opened.head[3] & 8 and not opened.head[3] & 4:
            name = opened.head[10 : opened.head.find(b"\0", 10)].decode("latin-1")[:200]
        detail = {"members": name, **detail}
    if inner == "unknown":
        detail["inner"] = _said(opened, head) or inner
    if _inside.is_model(inner):
        detail["model"] = ""
    return detail


def _members(data: bytes) -> dict[str, Scalar]:
    """Return the names of a compressed tar, as far as its first bytes tell them."""
    found, _ = _tar.entries(MemorySource(data))
    names = [item.name for item in found if item.kind in (b"0", b"\0", b"")]
    detail: dict[str, Scalar] = {"members": ", ".join(map(clean, names[:8]))}
    if len(data) < _TAR:
        detail["count"] = len(names)
    return detail


def _said(opened: Opened, head: bytes) -> str | None:
    """Return what text or other data inside is: an error page that a server compressed."""
    inner = Opened(opened.path, MemorySource(head), head, opened.depth + 1)
    if _text.is_text(inner):
        found = _text.read(inner)
        return str(found.detail.get("kind") or found.format)
    return _signatures.kind(head)
