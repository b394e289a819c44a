"""`torch.export` programs (.pt2): a graph as JSON, weights as plain bytes.

https://docs.pytorch.org/docs/stable/export/pt2_archive.html; programs of torch before 2.8 hold
their weights in a nested file of `torch.save`. A compiled library inside (AOTInductor) is native
code, and expressions of shapes are evaluated by sympy: only plain arithmetic counts as data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from loadstone.core.classes import replace
from loadstone.core.facts import Artifact, Damage, Extent, RunsCode, StateDict, TensorFact
from loadstone.readers import torch_zip
from loadstone.readers._json import NotJson, parse
from loadstone.readers._opened import Opened
from loadstone.readers._records import Records

_SCALARS = {
    1: "uint8",
    2: "int8",
    3: "int16",
    4: "int32",
    5: "int64",
    6: "float16",
    7: "float32",
    8: "float64",
    9: "complex32",
    10: "complex64",
    11: "complex128",
    12: "bool",
    13: "bfloat16",
    28: "uint16",
    29: "float8_e4m3fn",
    30: "float8_e5m2",
    31: "float8_e4m3fnuz",
    32: "float8_e5m2fnuz",
    33: "float8_e8m0fnu",
    34: "uint32",
    35: "uint64",
}
_NATIVE = (".so", ".dll", ".dylib", ".cubin", ".pyd")
_OLD = "serialized_exported_program.json"
_PLAIN = re.compile(r"[\w\s+\-*/%(),.<>=!&|~]*")
_NODES = 2_000_000


def sniff(records: Records) -> str | None:
    """Return the root of an archive whose `archive_format` is pt2, or that is of the old form."""
    root = torch_zip.root_of(records, "archive_format")
    if root is not None and records.read(f"{root}archive_format").strip() == b"pt2":
        return root
    return torch_zip.root_of(records, _OLD)


def read(opened: Opened, records: Records, root: str) -> Artifact:
    """Return parameters and buffers of the program."""
    from loadstone.readers import _identify

    programs = [
        name
        for name in records.names
        if name.endswith(".json") and (name.startswith(f"{root}models/") or name == f"{root}{_OLD}")
    ]
    held = [value for name in programs[:8] if (value := _json(records, name)) is not None]
    native = [name for name in records.names if name.endswith(_NATIVE)]
    states = _weights(records, root)
    devices = dict.fromkeys(
        fact.device for state in states for fact in state.tensors.values() if fact.device
    )
    word: RunsCode = "library"
    if native:
        word = "yes"
    elif records.disagreements or len(held) < len(programs) or not all(map(_is_plain, held)):
        word = "unknown"
    first: dict[str, Any] = held[0] if held and isinstance(held[0], dict) else {}
    artifact = opened.artifact(
        "torch-export",
        "program",
        framework="torch",
        producer={"torch": _string(first.get("torch_version"))},
        state_dicts=tuple(states),
        is_folder=records.is_folder,
        opening_runs_code=word,
        calls=tuple(name.removeprefix(root) for name in native[:20]),
        devices=tuple(devices),
        detail=_detail(records, root, first, programs),
    )
    if any(name.startswith(f"{root}serialized_state_dict") for name in records.names):
        artifact = _with_old(artifact, _identify.nested(opened, records, _old(records, root)))
    return replace(
        artifact,
        damage=artifact.damage + tuple(records.damage),
        disagreements=artifact.disagreements + tuple(records.disagreements),
    )


def _old(records: Records, root: str) -> str:
    return next(name for name in records.names if name.startswith(f"{root}serialized_state_dict"))


def _with_old(artifact: Artifact, inner: Artifact | None) -> Artifact:
    """Add the state dict of the form before torch 2.8, a file of `torch.save` inside."""
    if inner is None:
        return artifact
    return replace(
        artifact,
        state_dicts=inner.state_dicts,
        globals=inner.globals,
        protocol=inner.protocol,
        devices=inner.devices,
        damage=inner.damage,
        disagreements=inner.disagreements,
        opening_runs_code=inner.opening_runs_code
        if inner.opening_runs_code in ("yes", "unknown")
        else artifact.opening_runs_code,
    )


def _detail(
    records: Records, root: str, first: dict[str, Any], programs: list[str]
) -> dict[str, str | int | float | bool | None]:
    found: dict[str, str | int | float | bool | None] = {
        "models": ", ".join(name.removeprefix(root) for name in programs[:8])
    }
    version = first.get("schema_version")
    if isinstance(version, dict):
        found["schema_version"] = f"{version.get('major')}.{version.get('minor')}"[:20]
    opsets = first.get("opset_version")
    if isinstance(opsets, dict):
        found["opsets"] = ", ".join(f"{key} {value}" for key, value in list(opsets.items())[:8])
    for name in ("archive_version", "byteorder"):
        if root + name in records:
            found[name] = records.read(root + name)[:32].decode("utf-8", "replace").strip()
    return found


def _weights(records: Records, root: str) -> list[StateDict]:
    """Return the state dict of each model, from the table beside its weights."""
    found = []
    for name in records.names:
        inside = name.removeprefix(root)
        if inside.startswith("data/weights/") and inside.endswith("_weights_config.json"):
            table = _json(records, name)
            held = table.get("config") if isinstance(table, dict) else None
            folder = name.rsplit("/", 1)[0]
            tensors: dict[str, TensorFact] = {}
            others: dict[str, str] = {}
            for key, entry in held.items() if isinstance(held, dict) else ():
                fact = _tensor(records, folder, entry)
                if fact is None:
                    others[key] = "tensor of a kind that is not read"
                else:
                    tensors[key] = fact
            model = inside.removeprefix("data/weights/").removesuffix("_weights_config.json")
            found.append(StateDict("" if model == "model" else model, tensors, others))
    return found


def _tensor(records: Records, folder: str, entry: Any) -> TensorFact | None:
    meta = entry.get("tensor_meta") if isinstance(entry, dict) else None
    if not isinstance(meta, dict):
        return None
    word = _SCALARS.get(meta["dtype"]) if type(meta.get("dtype")) is int else None
    shape, stride = _sizes(meta.get("sizes")), _sizes(meta.get("strides"))
    first = _sizes([meta.get("storage_offset")])
    if word is None or shape is None or stride is None or first is None:
        return None
    device = meta.get("device")
    tag = None
    if isinstance(device, dict) and isinstance(device.get("type"), str):
        number = device.get("index")
        tag = device["type"] + (f":{number}" if type(number) is int else "")
    kind = "parameter" if entry.get("is_param") else "buffer"
    place = None
    name = f"{folder}/{entry.get('path_name')}"
    if not entry.get("use_pickle"):
        place = records.place(name) if name in records else None
        if place is None:
            why = f"`{name}` is not in the archive"
            records.damage.append(Damage("missing-member", why, detail={"member": name}))
    extent = None
    if place is not None and len(stride) == len(shape):
        fact = TensorFact(word, shape)
        steps = sum((size - 1) * step for size, step in zip(shape, stride, strict=True))
        if not fact.count or (first[0] + steps + 1) * fact.nbytes // fact.count <= place.size:
            extent = Extent(
                place.file, place.offset, place.size, first[0], stride, name, "little", place.packed
            )
    return TensorFact(word, shape, tag, extent, kind)


def _sizes(value: Any) -> tuple[int, ...] | None:
    if not isinstance(value, list) or len(value) > 64:
        return None
    found = [item.get("as_int") if isinstance(item, dict) else None for item in value]
    if any(type(item) is not int or not 0 <= item < 1 << 60 for item in found):
        return None
    return tuple(item for item in found if item is not None)


def _json(records: Records, name: str) -> Any:
    try:
        value, twice = parse(records.read(name))
    except NotJson as error:
        why = error.of(f"`{name}`")
        records.damage.append(Damage(error.kind, why, detail={"member": name}))
        return None
    for key in twice:
        why = f"`{key}` is in `{name}` twice"
        records.disagreements.append(Damage("duplicate-key", why, detail={"member": name}))
    return value


def _is_plain(program: Any) -> bool:
    """Whether every expression that a loader would evaluate is plain arithmetic."""
    return all(_PLAIN.fullmatch(text) and "__" not in text for text in _expressions(program))


def _expressions(value: Any) -> Iterator[str]:
    waiting = [value]
    count = 0
    while waiting and count < _NODES:
        count += 1
        item = waiting.pop()
        if isinstance(item, list):
            waiting += [below for below in item if isinstance(below, (dict, list))]
        elif isinstance(item, dict):
            for key, below in item.items():
                if key == "expr_str" and isinstance(below, str):
                    yield below
                elif isinstance(below, (dict, list)):
                    waiting.append(below)


def _string(value: Any) -> str | None:
    return value[:60] if isinstance(value, str) and value else None
