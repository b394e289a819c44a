"""Weights that Keras 3.10 and later keep in several files: a `.weights.json`, and HDF5 beside it.

https://keras.io/api/models/model_saving_apis/weights_saving_and_loading/
"""

from __future__ import annotations

from typing import Any

from loadstone.core.classes import replace
from loadstone.core.facts import Artifact, Damage, StateDict, TensorFact
from loadstone.readers import _shards, hdf5
from loadstone.readers._json import NotJson, parse
from loadstone.readers._opened import Opened

FORMAT = "keras-shards"
SUFFIX = ".weights.json"
_FILES = ".weights.h5"
_LIMIT = 32 << 20


def sniff(opened: Opened) -> bool:
    """Return whether it is JSON that names a `weight_map` of Keras's weights."""
    if opened.head.lstrip()[:1] != b"{" or opened.source.size > _LIMIT:
        return False
    data = opened.source.pread(0, opened.source.size)
    return b'"weight_map"' in data and _FILES.encode() in data and bool(_map(opened)[0])


def read(opened: Opened) -> Artifact:
    """Return the tensors of every file that is there."""
    groups, twice, total = _map(opened)
    folder, is_folder = _shards.folder_of(opened)
    known = (hdf5.sniff, hdf5.read, "HDF5")
    damage: list[Damage] = []
    names = list(dict.fromkeys(name for held in groups.values() for name in held))
    states: dict[str, StateDict] = {"": StateDict("", {})}
    entries: dict[str, str] = {}
    size = 0
    for name in names[: _shards.LIMIT]:
        shard = _shards.read(folder, name, damage, known)
        if shard is None:
            continue
        size += shard.size
        entries |= shard.entries
        for state in shard.state_dicts:
            _add(states, state, name)
    _absent(groups, states, damage)
    broken = any(item.kind != "missing-member" for item in damage)
    artifact = opened.artifact(
        FORMAT,
        "state-dict",
        framework="keras",
        state_dicts=tuple(states.values()),
        entries=entries,
        is_folder=is_folder,
        damage=tuple(damage),
        disagreements=tuple(
            Damage("duplicate-key", f"`{key}` is in the index twice") for key in twice
        ),
        opening_runs_code="unknown" if broken or twice else "no",
        detail={
            "holds": "weights",
            "layout": "numbered",
            "generation": 3,
            "shards": len(names),
            "total_size": total,
        },
    )
    return replace(artifact, size=size or opened.source.size)


def _add(states: dict[str, StateDict], state: StateDict, name: str) -> None:
    """Add what one file holds of the model, of its optimizer or of its metrics."""
    before = states.get(state.path, StateDict(state.path, {}, role=state.role))
    tensors: dict[str, TensorFact] = {
        key: _shards.moved(fact, name) for key, fact in state.tensors.items()
    }
    states[state.path] = replace(
        before,
        tensors={**before.tensors, **tensors},
        others={**before.others, **state.others},
    )


def _absent(
    groups: dict[str, list[str]], states: dict[str, StateDict], damage: list[Damage]
) -> None:
    """Note the groups of which no file holds anything, where every file was read."""
    if damage:
        return
    held = {
        f"{state.path}/{name}".lstrip("/") for state in states.values() for name in state.tensors
    }
    below = {name.rpartition("/")[0] for name in held}
    for group, names in groups.items():
        if group.strip("/") not in below:
            why = f"`{group[:300]}` is not in `{names[0]}`"
            damage.append(Damage("malformed", why, detail={"member": names[0], "key": group[:300]}))


def _map(opened: Opened) -> tuple[dict[str, list[str]], list[str], float | int | None]:
    """Return the groups with their files, the keys that are there twice, and the bytes told."""
    try:
        value, twice = parse(opened.source.pread(0, opened.source.size))
    except NotJson:
        return {}, [], None
    held = value.get("weight_map") if isinstance(value, dict) else None
    if not isinstance(held, dict):
        return {}, [], None
    groups: dict[str, list[str]] = {}
    for key, named in held.items():
        many = named if isinstance(named, list) else [named]
        kept = [name for name in many if _shards.is_inside(name, _FILES)]
        if kept:
            groups[key] = kept
    metadata: Any = value.get("metadata")
    total = metadata.get("total_size") if isinstance(metadata, dict) else None
    return groups, twice, total if type(total) in (int, float) else None
