"""Files inside a folder or an archive: their first bytes, their JSON, their facts."""

from __future__ import annotations

import os
from typing import Any

from loadstone.core.classes import replace
from loadstone.core.facts import Artifact, Damage, StateDict, TensorFact
from loadstone.readers import _zip
from loadstone.readers._json import NotJson, parse
from loadstone.readers._opened import HEAD, Opened
from loadstone.readers._records import FolderRecords, Records, ZipRecords
from loadstone.readers._source import MemorySource, Part, Source
from loadstone.readers._within import open_in

JSON = 4 << 20
UNPACKED = 32 << 20  # the largest packed member that is unpacked to be read
_DEPTH = 2


def head(opened: Opened, records: Records, name: str) -> bytes:
    """Return the first bytes of a file, none where they cannot be read."""
    if isinstance(records, FolderRecords):
        try:
            with open_in(records.root, name) as source:
                return source.pread(0, HEAD)
        except OSError:
            return b""
    if isinstance(records, ZipRecords):
        if records.place(name) is None:
            return b""
        return _zip.content(opened.source, records.member(name), HEAD)[:HEAD]
    return records.read(name)[:HEAD]


def json_of(
    records: Records, name: str, damage: list[Damage], *, odd_numbers: bool = False
) -> dict[str, Any]:
    """Return the object in a JSON file; what stands in its way is damage."""
    if name not in records:
        return {}
    detail = {"member": name}
    if records.size(name) > JSON:
        why = f"`{name}` takes {records.size(name)} bytes, the limit is {JSON}"
        damage.append(Damage("limit", why, detail=detail))
        return {}
    data = records.read(name)
    if data.startswith(b"version https://git-lfs"):
        damage.append(lfs(name))
        return {}
    try:
        value, _ = parse(data, odd_numbers=odd_numbers)
    except NotJson as error:
        damage.append(Damage(error.kind, error.of(f"`{name}`"), detail=detail))
        return {}
    if not isinstance(value, dict):
        damage.append(Damage("malformed", f"`{name}` holds no JSON object", detail=detail))
        return {}
    return value


def lfs(name: str) -> Damage:
    """Return the damage of a file whose content stayed in git-LFS."""
    why = f"`{name}` is a git-LFS pointer, not the file"
    return Damage("lfs-pointer", why, detail={"member": name})


def artifact(opened: Opened, records: Records, name: str) -> Artifact | None:
    """Return the facts of a file inside, nothing where it cannot be read or lies too deep."""
    if opened.depth >= _DEPTH:
        return None
    if isinstance(records, FolderRecords):
        path = os.path.join(records.root, name)  # noqa: PTH118
        try:
            with open_in(records.root, name) as source:
                return placed(_described(opened, path, source), file=name)
        except OSError:
            return None
    place = records.place(name)
    if place is None or (place.packed is not None and place.size > UNPACKED):
        return None
    if place.packed is None:
        part = Part(opened.source, place.offset, place.size)
        return placed(_described(opened, name, part), by=place.offset)
    return placed(_described(opened, name, MemorySource(records.read(name))), by=None)


def _described(opened: Opened, path: str, source: Source) -> Artifact:
    from loadstone.readers import _identify

    inner = Opened(path, source, source.pread(0, HEAD), opened.depth + 1, opened.limits)
    return _identify.read_opened(inner)


def placed(inner: Artifact, *, file: str = "", by: int | None = 0) -> Artifact:
    """Return the artifact with its tensors where they lie as seen from outside.

    `by` is None where their bytes lie nowhere as they are.
    """

    def moved(fact: TensorFact) -> TensorFact:
        extent = fact.extent
        if extent is None:
            return fact
        if by is None:
            return replace(fact, extent=None)
        storage = f"{file}:{extent.storage}" if file else extent.storage
        return replace(
            fact,
            extent=replace(
                extent, file=extent.file or file, offset=extent.offset + by, storage=storage
            ),
        )

    return replace(
        inner,
        state_dicts=tuple(
            replace(state, tensors={key: moved(fact) for key, fact in state.tensors.items()})
            for state in inner.state_dicts
        ),
    )


def model_states(inner: Artifact) -> tuple[StateDict, ...]:
    """Return the state dicts that a load would use, else all of them."""
    return tuple(state for state in inner.state_dicts if state.role == "model") or inner.state_dicts


def within(inner: Artifact, name: str) -> list[Damage]:
    """Return the damage of a file inside, by its name."""
    return [
        replace(item, why=f"`{name}`: {item.why}", detail={**item.detail, "member": name})
        for item in inner.damage[:20]
    ]
