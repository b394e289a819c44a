"""numpy's `.npz`: a zip archive of `.npy` files, one a name.

https://numpy.org/doc/stable/reference/generated/numpy.savez.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from loadstone.core import dtypes
from loadstone.core.classes import replace
from loadstone.core.facts import Artifact, Damage, RunsCode, StateDict, TensorFact
from loadstone.readers import _dense, _zip, npy
from loadstone.readers import _values as values
from loadstone.readers._opened import PICKLED, Opened
from loadstone.readers._packed_pickles import Judged
from loadstone.readers._pickled import Pickles, buffer_of
from loadstone.readers._records import Place, ZipRecords
from loadstone.readers._source import Buffer, Part

_MEMBERS = 20_000
_NAMES = 8


def read(opened: Opened, records: ZipRecords) -> Artifact:
    """Return the arrays by their names, and what the pickles of arrays of objects name."""
    pickles = Pickles(records.damage, records.disagreements, limits=opened.limits)
    tensors: dict[str, TensorFact] = {}
    others: dict[str, str] = {}
    holds: dict[str, str] = {}
    left, unread = PICKLED, len(records.names) > _MEMBERS
    for name in records.names[:_MEMBERS]:
        key = name.removesuffix(".npy")
        place = records.place(name)
        if place is None:
            others[key] = "not readable"
            unread = True
            continue
        head = _zip.content(opened.source, records.member(name), npy.LARGEST + 12)
        try:
            found = npy.header(head)
        except npy.NotNpy as error:
            others[key] = "no array"
            unread = unread or head.startswith(npy.SIGNATURE)  # numpy may take it for objects
            records.damage.append(
                Damage("malformed", f"`{name}`: {error.why}", place.offset, {"member": name})
            )
            continue
        if found.kind.pickled:
            tensors[key] = found.fact
            with _buffer(records, name, left) as data:
                left -= len(data) if place.packed is not None else 0
                stream = pickles.read(data, found.start, what=name)
            holds[key] = npy.inside(stream).get("holds", "objects")
        else:
            tensors[key] = _placed(found, place, name, records)
    if len(records.names) > _MEMBERS:
        records.damage.append(
            Damage("limit", f"only the first {_MEMBERS} of {len(records.names)} arrays are read")
        )
    detail: dict[str, str | int | float | bool | None] = {
        "members": ", ".join(records.names[:_NAMES]),
        "count": len(records.names),
    }
    if holds:
        detail["pickled"] = ", ".join(holds)[:400]
        detail["holds"] = next(iter(holds.values()))
    framework = pickles.framework
    artifact = opened.artifact(
        "npz",
        "container",
        framework=framework or "numpy",
        state_dicts=(StateDict("", tensors, others, "other"),) if tensors or others else (),
        detail=pickles.detail() | detail,
        **pickles.facts(),
    )
    if unread or records.disagreements:
        word: RunsCode = "yes" if artifact.opening_runs_code == "yes" else "unknown"
        return replace(artifact, opening_runs_code=word)
    return artifact if pickles.streams or holds else replace(artifact, opening_runs_code="no")


def runs(opened: Opened, records: ZipRecords) -> tuple[RunsCode, tuple[str, ...]]:
    """Return what loaders of an archive that do not unpack it run, and call, whatever its names.

    For `numpy.load` a member is what it holds, and one that begins as an array of objects is
    unpickled; others unpickle members that are pickles.
    """
    pickles, judged = Pickles(), Judged(opened)
    left, unread = PICKLED, len(records.names) > _MEMBERS
    for name in records.names[:_MEMBERS]:
        if records.place(name) is None:
            unread = unread or not name.endswith("/")
            continue
        head = _zip.content(records.source, records.member(name), npy.LARGEST + 12)
        found = _header(head)
        unread = unread or (found is None and head.startswith(npy.SIGNATURE))
        if found is not None and found.kind.pickled:
            with _buffer(records, name, left) as data:
                left -= len(data)
                pickles.read(data, found.start, what=name)
        elif judged.looks(head):
            data = _zip.content(records.source, records.member(name), max(0, left))
            left -= len(data)
            judged.add(data, records.member(name).size)
    judged.note(*pickles.verdict())
    if unread:
        judged.note("unknown")
    return judged.word, judged.calls


def _header(head: bytes) -> npy.Header | None:
    try:
        return npy.header(head)
    except npy.NotNpy:
        return None


def pickled(records: ZipRecords, name: str, pickles: Pickles) -> Sequence[tuple[Any, Any]]:
    """Return the pairs of the dictionary that a member holds as its only object, () if none."""
    if records.place(name) is None:
        why = f"`{name}` cannot be read where it lies"
        records.damage.append(Damage("malformed", why, detail={"member": name}))
        return ()
    try:
        found = npy.header(_zip.content(records.source, records.member(name), npy.LARGEST + 12))
    except npy.NotNpy as error:
        detail = {"member": name}
        records.damage.append(Damage(error.kind, f"`{name}`: {error.why}", error.at, detail))
        return ()
    if not found.kind.pickled:
        return ()
    with _buffer(records, name, PICKLED) as data:
        return values.pairs(npy.first(pickles.read(data, found.start, what=name))) or ()


@contextmanager
def _buffer(records: ZipRecords, name: str, most: int) -> Iterator[Buffer]:
    """Give the bytes of a member: those in the file where it is stored, else `most` of them."""
    place = records.place(name)
    if place is not None and place.packed is None:
        with buffer_of(Part(records.source, place.offset, place.size)) as data:
            yield data
    else:
        member = records.member(name)
        yield _zip.content(records.source, member, max(0, min(most, member.size)))


def _placed(found: npy.Header, place: Place, name: str, records: ZipRecords) -> TensorFact:
    size = found.start + found.fact.nbytes
    if size != place.size:
        why = f"`{name}` takes {place.size} bytes, {found.fact} and its header {size}"
        records.damage.append(Damage("malformed", why, place.offset, {"member": name}))
        return found.fact
    return placed(found, place)


def placed(found: npy.Header, place: Place) -> TensorFact:
    """Return the array of a member that has the size that its header asks for."""
    kind = found.kind
    extent = _dense.extent(
        kind.dtype,
        found.shape,
        place.offset + found.start,
        fortran=found.fortran,
        byteorder=kind.byteorder,
    )
    if place.packed is None:
        return replace(found.fact, extent=extent)
    width = dtypes.bits(kind.dtype) // 8
    if not width or found.start % width:
        return found.fact  # its first element is at no multiple of its size
    packed = replace(
        extent,
        offset=place.offset,
        nbytes=place.size,
        first=found.start // width,
        packed=place.packed,
        storage=str(place.offset),
    )
    return replace(found.fact, extent=packed)
