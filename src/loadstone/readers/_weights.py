"""The weights of a Hugging Face folder: which files a load takes, and whether they are all here.

https://github.com/huggingface/transformers/blob/main/src/transformers/utils/__init__.py
"""

from __future__ import annotations

import os
from typing import Any

from loadstone.core.classes import dataclass, field, replace
from loadstone.core.facts import Artifact, Damage, RunsCode, StateDict, TensorFact
from loadstone.readers import _members, _shards, _text, safetensors_index
from loadstone.readers._json import NotJson, parse
from loadstone.readers._opened import HEAD, WORST, Opened
from loadstone.readers._plain import clean
from loadstone.readers._records import FolderRecords
from loadstone.readers._roles import shard
from loadstone.readers._within import open_in

# in the order in which a load looks for them
NAMES = (
    "model.safetensors",
    "model.safetensors.index.json",
    "pytorch_model.bin",
    "pytorch_model.bin.index.json",
    "tf_model.h5",
    "flax_model.msgpack",
)
ADAPTER = ("adapter_model.safetensors", "adapter_model.bin")
DIFFUSION = (
    "diffusion_pytorch_model.safetensors",
    "diffusion_pytorch_model.safetensors.index.json",
    "diffusion_pytorch_model.bin",
    *NAMES,
)
_INDEX = 32 << 20
_SHARDS = 1000


@dataclass(slots=True)
class Weights:
    """What was found of the weights."""

    name: str = ""  # of the file that a load starts from, "" where there is none
    format: str = ""
    files: list[str] = field(default_factory=list)
    states: tuple[StateDict, ...] = ()
    producer: dict[str, str | None] = field(default_factory=dict)
    framework: str | None = None
    runs: RunsCode = "no"
    calls: tuple[str, ...] = ()
    damage: list[Damage] = field(default_factory=list)
    disagreements: list[Damage] = field(default_factory=list)
    artifact: Artifact | None = None


def find(opened: Opened, records: FolderRecords, names: tuple[str, ...], at: str = "") -> Weights:
    """Return the weights that a load of the folder takes; `at` is a folder inside, with its `/`."""
    for name in names:
        if f"{at}{name}" in records:
            return _read(opened, records, f"{at}{name}")
    inside = [name for name in records.names if name.startswith(at) and "/" not in name[len(at) :]]
    ggufs = [name for name in inside if name.endswith(".gguf")]
    if ggufs:
        return _read(opened, records, ggufs[0])
    return _loose(opened, records, inside)


def _read(opened: Opened, records: FolderRecords, name: str) -> Weights:
    if name.endswith(".safetensors.index.json"):
        return _indexed(records, name)
    if name.endswith(".index.json"):
        return _pickled_shards(opened, records, name)
    return _one(opened, records, name)


def _one(opened: Opened, records: FolderRecords, name: str) -> Weights:
    found = Weights(name, files=[name])
    inner = _members.artifact(opened, records, name)
    if inner is None:
        found.damage.append(
            Damage("missing-member", f"`{name}` cannot be read", detail={"member": name})
        )
        return found
    found.artifact = inner
    _add(found, inner, name)
    found.states = _members.model_states(inner)
    if inner.format == "git-lfs-pointer":
        found.damage = [_members.lfs(name)]
    elif inner.content == "none":
        why = f"`{name}` is {inner.format}, not weights"
        found.damage = [Damage("malformed", why, detail={"member": name})]
    return found


def _add(found: Weights, inner: Artifact, name: str) -> None:
    found.format = inner.format
    found.framework = found.framework or inner.framework
    found.producer |= {
        key: value for key, value in inner.producer.items() if value and key != "format"
    }
    found.runs = max(found.runs, inner.opening_runs_code, key=WORST.index)
    found.calls = tuple(dict.fromkeys((*found.calls, *inner.calls)))[:50]
    found.damage += _members.within(inner, name)
    found.disagreements += inner.disagreements


def _indexed(records: FolderRecords, name: str) -> Weights:
    folder = name.rpartition("/")[0]
    root = os.path.join(records.root, folder) if folder else records.root  # noqa: PTH118
    found = Weights(name, "safetensors-index", [name])
    with open_in(records.root, name) as source:
        opened = Opened(root, source, source.pread(0, HEAD))
        if _text.is_lfs(opened):
            found.damage.append(_members.lfs(name))
            return found
        if not safetensors_index.sniff(opened):
            why = f"`{name}` names no shards"
            found.damage.append(Damage("malformed", why, detail={"member": name}))
            return found
        inner = safetensors_index.read(opened)
    _add(found, inner, name)
    found.damage = list(inner.damage)
    found.states = tuple(
        StateDict(state.path, {k: _below(f, folder) for k, f in state.tensors.items()})
        for state in inner.state_dicts
    )
    shards = {f.extent.file for s in found.states for f in s.tensors.values() if f.extent}
    found.files += sorted(shards)
    return found


def _below(fact: TensorFact, folder: str) -> TensorFact:

    if fact.extent is None or not folder:
        return fact
    return replace(fact, extent=replace(fact.extent, file=f"{folder}/{fact.extent.file}"))


def _pickled_shards(opened: Opened, records: FolderRecords, name: str) -> Weights:
    """Read the shards that an index of `.bin` files names."""
    found = Weights(name, "torch-index", [name])
    held = _index(records, name, found.damage)
    folder = name.rpartition("/")[0]
    tensors: dict[str, TensorFact] = {}
    wanted = {clean(key, 1000): file for key, file in held.items() if isinstance(file, str)}
    for file in list(dict.fromkeys(wanted.values()))[:_SHARDS]:
        path = f"{folder}/{file}" if folder else file
        if path not in records:
            why = f"the shard `{clean(file)}` is not beside the index"
            detail = {"member": clean(file), **_shards.told(wanted, file)}
            found.damage.append(Damage("missing-member", why, detail=detail))
            continue
        one = _one(opened, records, path)
        found.damage += one.damage
        found.disagreements += one.disagreements
        found.files.append(path)
        found.framework = found.framework or one.framework
        found.runs = max(found.runs, one.runs, key=WORST.index)
        found.calls = tuple(dict.fromkeys((*found.calls, *one.calls)))[:50]
        for state in one.states:
            tensors |= state.tensors
    found.states = (StateDict("", {k: tensors[k] for k in wanted if k in tensors}),)
    return found


def _index(records: FolderRecords, name: str, damage: list[Damage]) -> dict[str, Any]:
    try:
        value, _ = parse(records.read(name) if records.size(name) <= _INDEX else b"")
    except NotJson as error:
        why = error.of(f"`{name}`")
        damage.append(Damage(error.kind, why, detail={"member": name}))
        return {}
    held = value.get("weight_map") if isinstance(value, dict) else None
    return held if isinstance(held, dict) else {}


def _loose(opened: Opened, records: FolderRecords, inside: list[str]) -> Weights:
    """Weights under other names, or shards without their index: no load finds them by itself."""
    found = Weights()
    numbers: dict[str, set[int]] = {}
    counts: dict[str, int] = {}
    for name in inside:
        known = shard(name)
        if known:
            stem, number, count = known
            numbers.setdefault(stem, set()).add(number)
            counts[stem] = count
            found.files.append(name)
    if not found.files:
        return found
    stem = next(iter(numbers))
    first = _one(opened, records, found.files[0])
    found.format, found.framework = first.format, first.framework
    suffix = stem.rpartition(".")[2]
    index = f"{stem}.index.json"
    why = f"the shards are here, and `{index}`, which says what they hold, is not"
    found.damage.append(Damage("missing-member", why, detail={"member": index, "what": "index"}))
    whole = counts[stem]
    if len(numbers) == 1 and numbers[stem] == set(range(1, whole + 1)) and whole <= _SHARDS:
        found.states = _together(opened, records, found)
    for number in sorted(set(range(1, min(whole, _SHARDS) + 1)) - numbers[stem])[:20]:
        name = f"{stem.removesuffix('.' + suffix)}-{number:05}-of-{whole:05}.{suffix}"
        why = f"the shard `{name}` is not in the folder"
        found.damage.append(Damage("missing-member", why, detail={"member": name}))
    return found


def _together(opened: Opened, records: FolderRecords, found: Weights) -> tuple[StateDict, ...]:
    """Return what all shards hold, where no name is in two of them."""
    tensors: dict[str, TensorFact] = {}
    for name in found.files:
        one = _one(opened, records, name)
        found.damage += one.damage
        found.disagreements += one.disagreements
        for key, fact in (pair for state in one.states for pair in state.tensors.items()):
            if key in tensors:
                why = f"`{key}` is in `{name}` and in another shard"
                found.disagreements.append(Damage("duplicate-key", why, detail={"member": name}))
            tensors[key] = fact
    return (StateDict("", tensors),)
