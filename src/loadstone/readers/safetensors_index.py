"""Sharded safetensors: an index that maps each name to the file that holds it.

https://huggingface.co/docs/safetensors/index, as `transformers` and `huggingface_hub` write it.
"""

from __future__ import annotations

import os
from typing import Any

from loadstone.core.classes import replace
from loadstone.core.facts import Artifact, Damage, StateDict, TensorFact
from loadstone.readers import _text, safetensors
from loadstone.readers._json import NotJson, parse
from loadstone.readers._opened import HEAD, Opened
from loadstone.readers._within import is_inside, leads_to, open_in, outside

_LIMIT = 32 << 20
_SHARDS = 10_000


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
    is_folder = os.path.isdir(opened.path)  # noqa: PTH112 - the path is kept as it was given
    folder = opened.path if is_folder else os.path.dirname(opened.path)  # noqa: PTH120
    damage: list[Damage] = []
    differ = [Damage("duplicate-key", f"`{key}` is in the index twice") for key in twice]
    found: dict[str, dict[str, TensorFact]] = {}
    producer: dict[str, str | None] = {}
    framework = None
    size = 0
    for name in list(dict.fromkeys(weights.values()))[:_SHARDS]:
        shard = _shard(folder, name, damage)
        found[name] = {}
        if shard is None:
            continue
        producer |= shard.producer
        framework = framework or shard.framework
        size += shard.size
        differ += shard.disagreements
        found[name] = {
            key: _moved(fact, name)
            for state in shard.state_dicts
            for key, fact in state.tensors.items()
        }
    tensors = {key: found[name][key] for key, name in weights.items() if key in found.get(name, {})}
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
    names = {key: name for key, name in held.items() if _is_shard(name)}
    metadata: Any = value.get("metadata")
    total = metadata.get("total_size") if isinstance(metadata, dict) else None
    return names, twice, total if type(total) is int else None


def _is_shard(name: Any) -> bool:
    """Return whether it is a name inside the folder: nothing absolute, and no way up."""
    return isinstance(name, str) and name.endswith(".safetensors") and is_inside(name)


def _shard(folder: str, name: str, damage: list[Damage]) -> Artifact | None:
    path = os.path.join(folder, name)  # noqa: PTH118
    try:
        target = leads_to(folder, name)
        if target:
            damage.append(outside(name, target))
            return None
        with open_in(folder, name) as source:
            opened = Opened(path, source, source.pread(0, HEAD))
            if safetensors.sniff(opened):
                shard = safetensors.read(opened)
                damage += [
                    replace(
                        item, why=f"`{name}`: {item.why}", detail={**item.detail, "member": name}
                    )
                    for item in shard.damage
                ]
                return shard
            if _text.is_lfs(opened):
                why = f"`{name}` is a git-LFS pointer, not the file"
                damage.append(Damage("lfs-pointer", why, detail={"member": name}))
                return None
            why = f"the shard `{name}` is no safetensors file"
            damage.append(Damage("malformed", why, detail={"member": name}))
    except OSError:
        why = f"the shard `{name}` is not beside the index"
        damage.append(Damage("missing-member", why, detail={"member": name}))
    return None


def _moved(fact: TensorFact, name: str) -> TensorFact:
    extent = fact.extent
    if extent is None:
        return fact
    return replace(fact, extent=replace(extent, file=name, storage=f"{name}:{extent.storage}"))


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
