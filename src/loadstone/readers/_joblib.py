"""The files beside a pickle of joblib's: before 0.10 each array was one of its own.

`NDArrayWrapper`, https://github.com/joblib/joblib/blob/main/joblib/numpy_pickle_compat.py; arrays
inside the stream are stepped over by `runtime/joblib_arrays.py`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import NamedTuple

from loadstone.core.facts import Damage, PartFact
from loadstone.readers import _values as values
from loadstone.readers._within import leads_to, open_in, outside, size_in
from loadstone.runtime.joblib_arrays import WRAPPERS
from loadstone.runtime.pickles import Call, Stream

JOBLIB = (
    "joblib.numpy_pickle",
    "joblib.numpy_pickle_compat",
    "sklearn.externals.joblib.numpy_pickle",
)
_COMPANIONS = ("NDArrayWrapper", "ZNDArrayWrapper")
_FILES = 10_000
_LINKS = 20  # out of the folder, told


def aligned(call: Call) -> bool:
    """Whether it is an array with padding before its bytes, which joblib 1.2 began to write."""
    if values.class_of(call) not in WRAPPERS:
        return False
    return values.attributes(call).get("numpy_array_alignment_bytes") is not None


class Companions(NamedTuple):
    """The files that a many-file dump of joblib's needs beside it."""

    parts: tuple[PartFact, ...]
    damage: tuple[Damage, ...]
    followed: frozenset[str] = frozenset()  # wrappers whose files were all looked at, and are plain


def companions(path: str, streams: list[Stream], *, alone: bool) -> Companions:
    """Return the files that stand in `streams`; `alone` says that no folder is around."""
    names = dict.fromkeys(_named(streams))
    if not names:
        return Companions((), ())
    folder = os.path.dirname(path)  # noqa: PTH120 - the path is kept as it was given
    parts: list[PartFact] = []
    missing: list[str] = []
    links: list[Damage] = []
    for name in names:
        target = "" if alone else leads_to(folder, name)
        if target:
            links.append(outside(name, target))
        size = None if alone else size_in(folder, name)
        parts.append(PartFact(name, "npy", size or 0, "tensor", "weights"))
        if size is None and not target:
            missing.append(name)
    here = [name for name in names if name not in missing]
    bare = sum(1 for stream in streams for _ in _wrappers(stream)) == len(list(_named(streams)))
    plain = bare and not links and all(_is_plain(folder, name) for name in here)
    followed = frozenset(f"{JOBLIB[0]}.{name}" for name in _COMPANIONS if plain)
    if not missing:
        return Companions(tuple(parts), tuple(links[:_LINKS]), followed)
    why = f"`{missing[0]}` is not beside the file, which needs {len(names)} such files"
    detail: dict[str, str | int | float | bool | None] = {
        "member": missing[0],
        "members": len(missing),
        "of": len(names),
    }
    if not alone:
        renamed = _renamed(path, missing[0])
        if renamed and size_in(folder, renamed) is not None:
            detail["renamed"] = renamed
    lost = Damage("missing-member", why, detail=detail)
    return Companions(tuple(parts), (*links[:_LINKS], lost), followed)


def _named(streams: list[Stream]) -> Iterator[str]:
    """Yield the names of files that stand in the pickle: bare names, never paths."""
    count = 0
    for stream in streams:
        for call in _wrappers(stream):
            told = values.attributes(call).get("filename")
            if isinstance(told, str) and told == os.path.basename(told) and told.isprintable():  # noqa: PTH119
                count += 1
                if count > _FILES:
                    return
                yield told


def _wrappers(stream: Stream) -> Iterator[Call]:
    for call in stream.calls:
        module, name = values.class_of(call) or ("", "")
        if module in JOBLIB and name in _COMPANIONS:
            yield call


def _is_plain(folder: str, name: str) -> bool:
    """Whether a file is an array of numbers or text: one of objects is a pickle of its own."""
    from loadstone.readers import npy

    with open_in(folder, name) as source:
        head = source.pread(0, npy.LARGEST + 12)
    try:
        return not npy.header(head).kind.pickled
    except npy.NotNpy:
        return False


def _renamed(path: str, member: str) -> str:
    """Return what a companion would be called if it had been renamed with the file."""
    name = os.path.basename(path)  # noqa: PTH119
    stem, _, tail = member.rpartition("_")
    return f"{name}_{tail}" if stem != name and tail else ""
