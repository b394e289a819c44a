"""Pickles inside a compressed stream: what joblib writes, and `pickle.dump` into `gzip.open`."""

from __future__ import annotations

from loadstone.core.classes import replace
from loadstone.core.facts import Artifact, Damage
from loadstone.readers import _also_pickle, _inflate, _magic, pickle
from loadstone.readers._opened import Opened
from loadstone.readers._source import MemorySource

_JOBLIBS = ("zlib", "lzma", "zfile", "lz4")  # nothing else writes pickles so


def sniff(opened: Opened) -> bool:
    """Return whether a pickle, and not a file of torch's, begins inside."""
    word = _inflate.kind(opened.head)
    if word is None:
        return False
    head = _inflate.first(opened.source, word)
    inner = Opened(opened.path, MemorySource(head), head)
    if _magic.legacy(head):
        return False
    if word not in _JOBLIBS:
        return _magic.pickled(head) or _also_pickle.calls(inner)
    return _magic.pickled(head) or head[:1] in _magic.TEXT_STARTS


def read(opened: Opened) -> Artifact:
    """Return what the pickle names and holds; places in it are no places in the file."""
    word = _inflate.kind(opened.head) or ""
    detail = {"compression": word}
    inflated = _inflate.inflate(opened.source, word)
    found = pickle.read_bytes(opened, inflated.data, packed=True)
    damage = found.damage
    if inflated.why:
        detail_of = {"have": opened.source.size}
        told = Damage("truncated" if inflated.cut else "limit", inflated.why, detail=detail_of)
        damage = (told, *(item for item in damage if item.kind not in ("truncated", "malformed")))
    return replace(
        found,
        format="joblib" if word in _JOBLIBS else found.format,
        size=opened.source.size,
        damage=damage,
        opening_runs_code="unknown"
        if inflated.why and found.opening_runs_code != "yes"
        else found.opening_runs_code,
        detail={**detail, **found.detail},
    )
