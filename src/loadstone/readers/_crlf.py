"""Line endings converted in a binary file: every LF has a CR before it.

Undone in memory, where the file is small enough, to see whether every CRC then matches, or else
whether a reader then takes it whole.
"""

from __future__ import annotations

from collections.abc import Callable

from loadstone.core.classes import replace
from loadstone.core.facts import Artifact, Damage
from loadstone.readers import _zip
from loadstone.readers._opened import HEAD, Opened
from loadstone.readers._source import MemorySource

_SAMPLE = 1 << 20
_UNDO = 32 << 20
_LEAST = 4  # line feeds; by chance all of four follow a CR once in four thousand million


def damage(opened: Opened, least: int = _LEAST) -> Damage | None:
    """Return the damage, where the line endings of the file, `least` or more, were converted."""
    sample = opened.source.pread(0, _SAMPLE)
    lines = sample.count(b"\n")
    if lines < least or sample.count(b"\r\n") != lines:
        return None
    detail: dict[str, str | int | float | bool | None] = {"lines": lines}
    if opened.source.size <= _UNDO:
        detail["recovers"] = _recovers(opened.source.pread(0, _UNDO))
    return Damage(
        "crlf",
        "every line feed follows a carriage return: the file was copied as text",
        sample.find(b"\r\n"),
        detail,
    )


def checked(opened: Opened, found: Artifact, read: Callable[[Opened], Artifact]) -> Artifact:
    """Return the facts; those of converted line endings where `read` took the file for lost."""
    converted = damage(opened, 1) if opened.depth == 0 else None
    if converted is None:
        return found
    undone = None
    if opened.source.size <= _UNDO:
        data = opened.source.pread(0, _UNDO).replace(b"\r\n", b"\n")
        source = MemorySource(data)
        undone = read(Opened(opened.path, source, data[:HEAD], 1, opened.limits))
    reads = undone is not None and undone.format != "unknown" and not undone.damage
    few = int(converted.detail["lines"] or 0) < _LEAST or found.format == "unknown"
    if few and not reads:
        return found
    if undone is not None and reads:
        detail = dict(converted.detail) | {"reads": undone.format}
        converted = replace(converted, detail=detail)
        found = replace(found, format=undone.format, framework=undone.framework)
    return replace(found, damage=(converted,), opening_runs_code="unknown")


def _recovers(data: bytes) -> bool | None:
    """Whether every member's CRC matches once the conversion is undone; nothing to go by: None."""
    import zlib

    source = MemorySource(data.replace(b"\r\n", b"\n"))
    try:
        directory = _zip.read_directory(source)
    except _zip.NoDirectory:
        return False if data[:4] == _zip.LOCAL else None
    checked = 0
    for member in directory.members:
        if any(item.kind == "missing-member" for item in _zip.locate(source, member)):
            return False
        found = _zip.content(source, member, _UNDO)
        if len(found) != member.size or (member.crc and zlib.crc32(found) != member.crc):
            return False
        if member.size and not member.crc:  # nothing tells whether it is as it was
            return None
        checked += bool(member.crc)
    return checked > 0 or None
