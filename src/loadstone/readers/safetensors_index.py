"""Sharded safetensors: an index that maps each name to the file that holds it.

https://huggingface.co/docs/safetensors/index, as `transformers` and `huggingface_hub` write it.
"""

from __future__ import annotations

from typing import Any

from loadstone.core.classes import replace
from loadstone.core.facts import Artifact, Damage, StateDict, TensorFact
from loadstone.readers import _shards, safetensors
from loadstone.readers._json import NotJson, parse
from loadstone.readers._opened import Opened

_LIMIT = 32 << 20
_SUFFIX = ".safetensors"


def sniff(opened: Opened) -> bool:
    """Return whether it is JSON that names a `weight_map` of safetensors files."""
    head = opened.head.lstrip()
    if head[:1] != b"{" or opened.source.size > _LIMIT:
        return False
    if b'"weight_map"' not in opened.source.pread(0, opened.source.size):
        return False
    return bool(_map(opened)[0])


def read(opened: Opened) -> Artifact:
    """Return the tensors of every shard that is there."""
    weights, twice, total = _map(opened)
    folder, is_folder = _shards.folder_of(opened)
    known = (safetensors.sniff, safetensors.read, "safetensors file")
    damage: list[Damage] = []
    differ = [Damage("duplicate-key", f"`{key}` is in the index twice") for key in twice]
    found: dict[str, dict[str, TensorFact]] = {}
    producer: dict[str, str | None] = {}
    framework = None
    size = 0
    for name in list(dict.fromkeys(weights.values()))[: _shards.LIMIT]:
        shard = _shards.read(folder, name, damage, known)
        found[name] = {}
        if shard is None:
            continue
        producer |= shard.producer
        framework = framework or shard.framework
        size += shard.size
        differ += shard.disagreements
        found[name] = {
            key: _shards.moved(fact, name)
            for state in shard.state_dicts
            for key, fact in state.tensors.items()
        }
    tensors = {key: found[name][key] for key, name in weights.items() if key in found.get(name, {})}
    damage = [_with_names(item, weights) for item in damage]
    damage += _absent(weights, found, damage)
    artifact = opened.artifact(
        "safetensors-index",
        "state-dict",
        framework=framework,
        producer=producer,
        state_dicts=(StateDict("", tensors),),
        is_folder=is_folder,
        damage=tuple(damage),
        disagreements=tuple(differ),
        opening_runs_code="unknown" if differ else "no",
        detail={"shards": len(found), "total_size": total},
    )
    return replace(artifact, size=size or opened.source.size)


def _map(opened: Opened) -> tuple[dict[str, str], list[str], int | None]:
    try:
        value, twice = parse(opened.source.pread(0, opened.source.size))
    except NotJson:
        return {}, [], None
    held = value.get("weight_map") if isinstance(value, dict) else None
    if not isinstance(held, dict) or not held:
        return {}, [], None
    names = {key: name for key, name in held.items() if _shards.is_inside(name, _SUFFIX)}
    metadata: Any = value.get("metadata")
    total = metadata.get("total_size") if isinstance(metadata, dict) else None
    return names, twice, total if type(total) is int else None


def _with_names(item: Damage, weights: dict[str, str]) -> Damage:
    """Return the damage of a shard that is not here with the tensors that are in it."""
    if item.kind not in ("missing-member", "lfs-pointer"):
        return item
    name = str(item.detail.get("member"))
    return replace(item, detail={**item.detail, **_shards.told(weights, name)})


def _absent(
    weights: dict[str, str], found: dict[str, dict[str, TensorFact]], seen: list[Damage]
) -> list[Damage]:
    """Keys that the index names and that their shard does not hold."""
    broken = {item.detail.get("member") for item in seen}
    absent = [
        (key, name)
        for key, name in weights.items()
        if name not in broken and key not in found.get(name, {})
    ]
    return [
        Damage("malformed", f"`{key}` is not in `{name}`", detail={"member": name, "key": key})
        for key, name in absent[:20]
    ]
