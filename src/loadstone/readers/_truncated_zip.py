"""A zip archive without a directory: cut off. Its members are found from their own headers.

torch writes `data.pkl` first and leaves the sizes in the headers zero, so the sizes of the
storages are taken from the pickle, and which tensors are whole is exact.
"""

from __future__ import annotations

import struct

from loadstone.core import dtypes
from loadstone.core.classes import dataclass, field, replace
from loadstone.core.facts import Artifact, Damage
from loadstone.readers import _contents, _zip
from loadstone.readers._opened import Opened
from loadstone.readers._pickled import Pickles
from loadstone.readers._records import LIMIT, Place
from loadstone.readers._source import Source
from loadstone.readers._tensors import STORAGES, Storage, Tensors
from loadstone.readers.torch_zip import parts
from loadstone.runtime.pickles import Stream

_SEARCH = 64 << 20  # bytes looked through for a header whose place nothing tells
_MEMBERS = 1_000_000
_TRIES = (1 << 20, 16 << 20, LIMIT)
_HEADER = struct.Struct("<4sHHHHHIIIHH")


@dataclass(slots=True)
class _Walk:
    """Where the headers that are still there lie."""

    places: dict[str, Place]
    at: int = 0
    root: str = ""
    sizes: dict[str, int] = field(default_factory=dict)  # of storages, as the pickle says


def read(opened: Opened, error: _zip.NoDirectory) -> Artifact:
    """Return what the start of the archive still tells."""
    source = opened.source
    pickles = Pickles(limits=opened.limits)
    walk = _Walk({})
    first = _header(source, 0)
    stream = None
    if first is not None and first[0].endswith("/data.pkl") and first[2] == _zip.STORED:
        name, data_at, _, _ = first
        walk.root = name.removesuffix("data.pkl")
        stream = _pickle(source, data_at, name, pickles)
        if stream is not None:
            walk.sizes = _storages(stream, walk.root)
            walk.places[name] = Place("", data_at, stream.end)
            walk.at = after(source, data_at + stream.end)
    _walk(source, walk)
    return _artifact(opened, error, pickles, stream, walk)


def _artifact(
    opened: Opened,
    error: _zip.NoDirectory,
    pickles: Pickles,
    stream: Stream | None,
    walk: _Walk,
) -> Artifact:
    size = opened.source.size

    def resolve(node: object) -> Storage | None:
        told = parts(node)
        if told is None or told[0] not in STORAGES or told[1] is None:
            return None
        word = STORAGES[told[0]]
        nbytes = dtypes.nbytes(word, told[3])
        place = walk.places.get(f"{walk.root}data/{told[1]}")
        whole = place if place is not None and place.offset + nbytes <= size else None
        return Storage(word, told[1], told[2], nbytes, whole)

    tensors = Tensors(resolve)
    found = _contents.read(stream.value if stream else None, tensors)
    facts = [fact for state in found.state_dicts for fact in state.tensors.values()]
    detail: dict[str, str | int | float | bool | None] = {"have": size}
    if stream is not None:
        need = _need(walk)
        if need > size:
            detail["need"] = need
        detail["whole"] = sum(fact.extent is not None for fact in facts)
        detail["of"] = len(facts)
    pickles.damage[:] = [Damage("truncated", error.why, size, detail)]
    torch = stream is not None or b"/data.pkl" in opened.head[:600]
    artifact = opened.artifact(
        "torch-zip" if torch else "zip",
        found.content if stream else "container",
        framework="torch" if torch else None,
        state_dicts=tuple(found.state_dicts),
        entries=found.entries,
        modules=tuple(found.modules),
        devices=tuple(tensors.devices),
        **pickles.facts(),
    )
    return replace(artifact, opening_runs_code="unknown")


def _pickle(source: Source, at: int, name: str, pickles: Pickles) -> Stream | None:
    """Return the pickle at a byte; where it ends, only the pickle tells."""
    for size in _TRIES:
        tried = Pickles(limits=pickles.limits)
        stream = tried.read(source.pread(at, size), what=name, base=at)
        if stream is not None or size >= source.size - at:
            break
    pickles.streams += tried.streams
    pickles.disagreements += tried.disagreements
    return stream


def _header(source: Source, at: int) -> tuple[str, int, int, int] | None:
    """Name, start of the data, method and size of the member whose header is at `at`."""
    head = source.pread(at, 30 + 512)
    if len(head) < 30 or head[:4] != _zip.LOCAL:
        return None
    _, _, _, method, _, _, _, packed, _, named, extra = _HEADER.unpack_from(head)
    name = head[30 : 30 + named].decode("utf-8", "backslashreplace")
    return name, at + 30 + named + extra, method, packed


def after(source: Source, end: int) -> int:
    """Return where the next header is, behind the descriptor of a member that ends at `end`."""
    tail = source.pread(end, 28)
    if tail[:4] == _zip.DESCRIPTOR:
        return end + (16 if tail[16:20] in (_zip.LOCAL, _zip.CENTRAL, b"") else 24)
    return end


def _storages(stream: Stream, root: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for node in stream.persistent:
        told = parts(node)
        if told is not None and told[0] in STORAGES:
            found.setdefault(f"{root}data/{told[1]}", dtypes.nbytes(STORAGES[told[0]], told[3]))
    return found


def _walk(source: Source, walk: _Walk) -> None:
    searched = 0
    while len(walk.places) < _MEMBERS:
        header = _header(source, walk.at)
        if header is None:
            return
        name, data_at, _, packed = header
        known = packed or walk.sizes.get(name)
        if known is None:
            end, looked = _find_descriptor(source, data_at, _SEARCH - searched)
            searched += looked
            if end is None:
                return
            known = end - data_at
        walk.places[name] = Place("", data_at, known)
        walk.at = after(source, data_at + known)


def _find_descriptor(source: Source, start: int, limit: int) -> tuple[int | None, int]:
    at = start
    while at - start < limit:
        data = source.pread(at, 1 << 16)
        found = data.find(_zip.DESCRIPTOR)
        if found >= 0:
            return at + found, at + found - start
        if len(data) < 1 << 16:
            break
        at += len(data) - 3
    return None, at - start


def _need(walk: _Walk) -> int:
    """At least how long the whole file was: torch aligns storages to 64 bytes, in this order."""
    at = max((place.offset + place.size for place in walk.places.values()), default=0)
    for name, size in walk.sizes.items():
        if name not in walk.places:
            at = (at + 16 + 30 + len(name) + 4 + 63) // 64 * 64 + size
    return at + 16
