"""TensorFlow.js: a `model.json` of a topology and the shards beside it.

https://www.tensorflow.org/js/guide/save_load
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from loadstone.core.classes import replace
from loadstone.core.facts import (
    Artifact,
    Damage,
    Extent,
    ModuleFact,
    PartFact,
    PortFact,
    SignatureFact,
    StateDict,
    TensorFact,
)
from loadstone.readers import _tf_dtypes
from loadstone.readers._json import NotJson, parse
from loadstone.readers._opened import Opened
from loadstone.readers._tf_members import Members, split
from loadstone.readers._within import is_inside, unfollowed

_LIMIT = 64 << 20
_KEYS = (b'"modelTopology"', b'"weightsManifest"')
_DTYPES = {
    "float32": "float32",
    "int32": "int32",
    "bool": "bool",
    "string": "string",
    "complex64": "complex64",
    "uint8": "uint8",
    "uint16": "uint16",
    "float16": "float16",
}
_ENUM = {
    "DT_FLOAT": "float32",
    "DT_INT32": "int32",
    "DT_INT64": "int64",
    "DT_BOOL": "bool",
    "DT_STRING": "string",
    "DT_HALF": "float16",
    "DT_DOUBLE": "float64",
    "DT_UINT8": "uint8",
}
_MANY = 100_000


def sniff(opened: Opened) -> bool:
    """Return whether it is a JSON object with a topology or a manifest of weights."""
    if not opened.head.lstrip().startswith(b"{") or opened.source.size > _LIMIT:
        return False
    if any(key in opened.head for key in _KEYS) or b'"format"' not in opened.head[:200]:
        return any(key in opened.head for key in _KEYS)
    return any(key in opened.source.pread(0, opened.source.size) for key in _KEYS)


def read(opened: Opened) -> Artifact:
    """Return the layers or the ops, the tensors, and which shards are missing."""
    damage: list[Damage] = []
    try:
        value, twice = parse(opened.source.pread(0, opened.source.size))
    except NotJson as error:
        value, twice = {}, []
        damage.append(Damage(error.kind, error.of("it"), error.at))
    held: dict[str, Any] = value if isinstance(value, dict) else {}
    members = Members(split(opened.path)[0])
    tensors: dict[str, TensorFact] = {}
    parts: list[PartFact] = []
    manifest = held.get("weightsManifest")
    for group in manifest if isinstance(manifest, list) else []:
        if isinstance(group, dict) and len(tensors) < _MANY:
            _group(group, members, tensors, parts, damage)
    topology = held.get("modelTopology")
    inside: dict[str, Any] = topology if isinstance(topology, dict) else {}
    ops = _ops(inside)
    modules = _layers(inside)
    return opened.artifact(
        "tfjs",
        "model" if tensors else "architecture",
        framework="tensorflow.js",
        producer=_producer(held, inside),
        state_dicts=(StateDict("", tensors),) if tensors else (),
        modules=modules,
        signatures=_signature(held.get("signature")),
        ops=dict(sorted(ops.items())),
        parts=tuple(parts),
        damage=unfollowed(damage, members.links.values()),
        disagreements=tuple(
            Damage("duplicate-key", f"`{key}` is in the JSON twice", detail={"key": key})
            for key in twice
        ),
        detail={"kind": _text(held.get("format")) or ("graph-model" if ops else "layers-model")},
    )


def read_folder(path: str) -> Artifact | None:
    """Return the model whose `model.json` lies in the folder at `path`."""
    members = Members(path)
    if not members.size("model.json"):
        return None
    with members.open("model.json") as source:
        opened = Opened(members.path("model.json"), source, source.pread(0, 4096))
        return replace(read(opened), path=path, is_folder=True) if sniff(opened) else None


def _signature(value: object) -> tuple[SignatureFact, ...]:
    """Return the inputs and outputs that a graph model names."""
    if not isinstance(value, dict):
        return ()
    held: list[tuple[PortFact, ...]] = []
    for side in ("inputs", "outputs"):
        ports = value.get(side)
        items = ports.items() if isinstance(ports, dict) else ()
        held.append(tuple(_port(name, item) for name, item in list(items)[:1000]))
    return (SignatureFact("", held[0], held[1]),)


def _port(name: str, item: object) -> PortFact:
    inside: dict[str, Any] = item if isinstance(item, dict) else {}
    shape = inside.get("tensorShape")
    if not isinstance(shape, dict) or shape.get("unknownRank"):
        return PortFact(name[:500], _ENUM.get(str(inside.get("dtype"))))
    sizes: list[int | None] = []
    for size in _list(shape.get("dim"))[:64]:
        text = str(size.get("size")) if isinstance(size, dict) else ""
        sizes.append(int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None)
    return PortFact(name[:500], _ENUM.get(str(inside.get("dtype"))), tuple(sizes))


def _text(value: object) -> str | None:
    return value[:200] if isinstance(value, str) else None


def _producer(held: dict[str, Any], inside: dict[str, Any]) -> dict[str, str | None]:
    found = {
        "tensorflow": _text(held.get("generatedBy")),
        "tensorflow.js": _text(held.get("convertedBy")),
        "keras": _text(inside.get("keras_version")),
    }
    return {name: version for name, version in found.items() if version}


def _group(
    group: dict[str, Any],
    members: Members,
    tensors: dict[str, TensorFact],
    parts: list[PartFact],
    damage: list[Damage],
) -> None:
    """Add one group: its tensors follow each other over its shards without a gap."""
    paths = [path for path in _list(group.get("paths")) if isinstance(path, str)][:10_000]
    have = 0
    missing = False
    for path in paths:
        size = members.size(path) if is_inside(path) else None
        if size is None:
            missing = True
            why = f"the shard `{path}` is not there"
            damage.append(Damage("missing-member", why[:600], detail={"member": path[:300]}))
        else:
            have += size
            parts.append(PartFact(path, "tfjs-shard", size, "state-dict", "weights"))
    need = 0
    for item in _list(group.get("weights")):
        need += _tensor(item, need, paths, tensors, damage)
    if not missing and have < need:
        why = f"the shards hold {have} bytes, the tensors need {need}"
        last = paths[-1][:300] if paths else ""
        damage.append(Damage("truncated", why, None, {"member": last, "have": have, "need": need}))


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _tensor(
    item: object, at: int, paths: list[str], tensors: dict[str, TensorFact], damage: list[Damage]
) -> int:
    """Add one tensor; return the bytes that it takes in the shards."""
    if not isinstance(item, dict) or not isinstance(item.get("name"), str):
        return 0
    word = _DTYPES.get(str(item.get("dtype")))
    sizes = item.get("shape")
    plain = (
        isinstance(sizes, list)
        and len(sizes) < 64
        and all(type(size) is int and 0 <= size < 1 << 40 for size in sizes)
    )
    if word is None or not plain or len(tensors) >= _MANY:
        if len(damage) < 100:
            why = f"`{item['name'][:300]}` is no tensor"
            damage.append(Damage("malformed", why, detail={"key": item["name"][:300]}))
        return 0
    shape = tuple(sizes or ())
    quantization = item.get("quantization")
    packed = quantization.get("dtype") if isinstance(quantization, dict) else None
    stored = _DTYPES.get(str(packed), word)
    nbytes = TensorFact(stored, shape).nbytes
    extent = None
    if stored == word and word != "string" and len(paths) == 1:
        stride = _tf_dtypes.strides(shape)
        extent = Extent(paths[0], at, nbytes, 0, stride, f"{paths[0]}:{at}")
    tensors[item["name"][:1000]] = TensorFact(word, shape, extent=extent)
    return nbytes


def _ops(inside: dict[str, Any]) -> Counter[str]:
    """Return the ops of a graph model, those of its functions too."""
    found: Counter[str] = Counter()
    library = inside.get("library")
    functions = _list(library.get("function")) if isinstance(library, dict) else []
    bodies = [inside.get("node")] + [
        function.get("nodeDef") for function in functions if isinstance(function, dict)
    ]
    for body in bodies:
        for node in _list(body):
            op = node.get("op") if isinstance(node, dict) else None
            if isinstance(op, str) and (op in found or len(found) < 5000):
                found[op[:200]] += 1
    return found


def _layers(inside: dict[str, Any]) -> tuple[ModuleFact, ...]:
    """Return the layers of a layers model, as Keras' configuration lists them."""
    config = inside.get("model_config", inside)
    if not isinstance(config, dict) or not isinstance(config.get("class_name"), str):
        return ()
    found = [ModuleFact("", "keras", config["class_name"][:200])]
    body = config.get("config")
    layers = body.get("layers") if isinstance(body, dict) else body
    for layer in _list(layers)[:5000]:
        if isinstance(layer, dict) and isinstance(layer.get("class_name"), str):
            inner = layer.get("config")
            name = inner.get("name") if isinstance(inner, dict) else None
            place = name if isinstance(name, str) else layer["class_name"]
            found.append(ModuleFact(place[:300], "keras", layer["class_name"][:200]))
    return tuple(found)
