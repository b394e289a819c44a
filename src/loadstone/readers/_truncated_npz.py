"""An npz without a directory: cut off. Its arrays are found from the headers before them.

`numpy.savez` writes the sizes into each header once the member is there, so which arrays are whole
is exact; of what came after the cut nothing is known, neither names nor how many.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from loadstone.core.facts import Artifact, Damage, StateDict, TensorFact
from loadstone.readers import _truncated_zip, _zip, npy, npz
from loadstone.readers._opened import Opened
from loadstone.readers._records import Place
from loadstone.readers._source import Source

_MEMBERS = 20_000
_HEADER = struct.Struct("<4sHHHHHIIIHH")


def sniff(opened: Opened) -> bool:
    """Return whether the first member is named as an array is, and starts as one."""
    first = _member(opened.source, 0)
    if first is None or not first.name.endswith(".npy"):
        return False
    return _start(opened.source, first).startswith(npy.SIGNATURE)


def read(opened: Opened, error: _zip.NoDirectory) -> Artifact:
    """Return the arrays whose headers are there; those that are whole have a place."""
    tensors: dict[str, TensorFact] = {}
    others: dict[str, str] = {}
    at: int | None = 0
    while at is not None and len(tensors) + len(others) < _MEMBERS:
        member = _member(opened.source, at)
        if member is None:
            break
        at = _add(opened.source, member, tensors, others)
    size = opened.source.size
    whole = sum(fact.extent is not None for fact in tensors.values())
    summed = sum(1 for _ in checked(opened.source)) >= whole > 0
    detail = {"have": size, "whole": whole, "summed": summed}
    return opened.artifact(
        "npz",
        "container",
        framework="numpy",
        state_dicts=(StateDict("", tensors, others, "other"),) if tensors or others else (),
        damage=(Damage("truncated", error.why, size, detail),),
        opening_runs_code="unknown",
    )


def checked(source: Source) -> Iterator[_zip.Member]:
    """Yield the arrays that are there to their last byte and have a checksum in their header."""
    at, left = 0, _MEMBERS
    while left and (member := _member(source, at)) is not None and member.packed:
        at, left = member.data + member.packed, left - 1
        if at <= source.size and member.crc:
            yield member
        at = _truncated_zip.after(source, at)


def _add(
    source: Source, member: _zip.Member, tensors: dict[str, TensorFact], others: dict[str, str]
) -> int | None:
    """Note one member; return where the next header is, None where nothing tells."""
    key = member.name.removesuffix(".npy")
    try:
        found = npy.header(_start(source, member))
    except npy.NotNpy as error:
        others[key] = f"not readable: {error.why}"
        return member.data + member.packed if member.packed else None
    size = found.start + found.fact.nbytes
    if not member.packed and member.method == _zip.STORED and not found.kind.pickled:
        member.size = member.packed = size  # its writer could not go back to say so
    end = member.data + member.packed
    is_whole = 0 < member.packed <= source.size - member.data and member.size == size
    is_whole = is_whole and not found.kind.pickled
    tensors[key] = npz.placed(found, _place(member)) if is_whole else found.fact
    return _truncated_zip.after(source, end) if member.packed else None


def _member(source: Source, at: int) -> _zip.Member | None:
    """Return the member whose header is at `at`, with the sizes that the header gives."""
    head = source.pread(at, _HEADER.size)
    if len(head) < _HEADER.size or head[:4] != _zip.LOCAL:
        return None
    _, _, flags, method, _, _, crc, packed, size, named, extra = _HEADER.unpack_from(head)
    rest = source.pread(at + _HEADER.size, named + extra)
    size, packed, _ = _zip.zip64(rest[named:], size, packed, 0)
    name = rest[:named].decode("utf-8", "backslashreplace")
    data = at + _HEADER.size + named + extra
    return _zip.Member(name, at, size, packed, method, flags, crc, data)


def _place(member: _zip.Member) -> Place:
    packed = member.packed if member.method == _zip.DEFLATED else None
    return Place("", member.data, member.size, packed)


def _start(source: Source, member: _zip.Member) -> bytes:
    """Return the first bytes of a member, unpacked."""
    if member.method == _zip.STORED:
        return source.pread(member.data, npy.LARGEST + 12)
    return _zip.content(source, member, npy.LARGEST + 12)
