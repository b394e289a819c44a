"""Text where a model was expected: git-LFS pointers, web pages, error bodies, JSON.

https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from loadstone.core.facts import Artifact
from loadstone.readers._json import NotJson, parse
from loadstone.readers._opened import Opened
from loadstone.readers._plain import whole
from loadstone.readers._text_kinds import coding, kind, notebook

LFS = b"version https://git-lfs.github.com/spec/"
_TITLE = re.compile(rb"<title[^>]*>(.{0,2000}?)</title", re.IGNORECASE | re.DOTALL)
_CODE = re.compile(rb"<(?:Code|Error|Message)>([^<]{1,200})<", re.IGNORECASE)
_CONTROL = bytes(set(range(32)) - {9, 10, 12, 13, 27}) + b"\x7f"
_JSON = 16 << 20


def is_lfs(opened: Opened) -> bool:
    """Return whether a git-LFS pointer stands where the file should."""
    return opened.head.startswith(LFS)


def read_lfs(opened: Opened) -> Artifact:
    """Return what the pointer points at."""
    fields = dict(re.findall(r"^(\w+) (\S+)", _decode(opened.head), re.MULTILINE))
    size = fields.get("size", "")
    detail = {
        "oid": fields.get("oid", "").removeprefix("sha256:") or None,
        "size": whole(size),
    }
    return opened.artifact("git-lfs-pointer", "none", detail=detail)


def is_text(opened: Opened) -> bool:
    """Return whether the bytes are printable, as far as the head reaches."""
    head = opened.head
    if head[:3] == b"\xef\xbb\xbf" or head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return True
    if not head or head.translate(None, _CONTROL) != head:
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > len(head) - 4 and len(head) >= 64  # cut inside a character
    return True


def read(opened: Opened) -> Artifact:
    """Return which kind of text it is."""
    head = opened.head
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head.decode("utf-16", "replace").encode()
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    low = start[:200].lower()
    if low.startswith((b"<!doctype html", b"<html")) or b"<html" in low:
        return opened.artifact("html", "none", detail={"title": _title(head)})
    if low.startswith((b"<?xml", b"<error")) or re.match(rb"<[a-z_:][\w:.-]*[\s>/]", low):
        found = _CODE.search(head)
        first = _decode(found.group(1)) if found else _first_line(start)
        return opened.artifact("xml", "none", detail={"title": _title(head), "first": first})
    if start[:1] in (b"{", b"["):
        return _json(opened, start)
    detail: dict[str, str | int | float | bool | None] = {"first": _first_line(start)}
    if said := kind(start, whole=len(opened.head) >= opened.source.size):
        detail["kind"] = said
        if coded := coding(start):
            detail["coding"] = coded
    return opened.artifact("text", "none", detail=detail)


def _json(opened: Opened, start: bytes) -> Artifact:
    detail: dict[str, str | int | float | bool | None] = {"first": _first_line(start)}
    word = "text"
    if opened.source.size <= _JSON:
        try:
            value, _ = parse(
                opened.source.pread(0, opened.source.size).removeprefix(b"\xef\xbb\xbf").strip()
            )
        except NotJson:
            return opened.artifact("text", "none", detail=detail)
        word = "json"
        if isinstance(value, Mapping):
            if notebook(value):
                detail["kind"] = "a Jupyter notebook"
            detail["keys"] = ", ".join(str(key)[:40] for key in list(value)[:8])
            for key in ("error", "message", "detail"):
                if isinstance(value.get(key), str):
                    detail["message"] = value[key][:200]
                    break
    return opened.artifact(word, "none", detail=detail)


def _title(head: bytes) -> str | None:
    found = _TITLE.search(head)
    if found is None:
        return None
    import html

    return " ".join(html.unescape(_decode(found.group(1))).split())[:200] or None


def _first_line(data: bytes) -> str:
    lines = _decode(data).splitlines()
    return lines[0][:100] if lines else ""


def _decode(data: bytes) -> str:
    return data.decode("utf-8", "replace")
