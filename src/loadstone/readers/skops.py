"""skops: a zip of `schema.json`, a tree of objects by class, and a `.npy` file for each array.

https://skops.readthedocs.io/en/stable/persistence.html
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from loadstone.core.classes import dataclass, field
from loadstone.core.facts import (
    Artifact,
    Damage,
    GlobalFact,
    ModuleFact,
    PortFact,
    RunsCode,
    SignatureFact,
    StateDict,
    TensorFact,
)
from loadstone.readers import _json, npy, npz
from loadstone.readers import _values as values
from loadstone.readers._opened import Opened
from loadstone.readers._records import Records
from loadstone.runtime import skops_file

_SCHEMA = "schema.json"
_NODES = 200_000
_DEPTH = 60
_LIMIT = 20_000
_ATTRIBUTES = 60


@dataclass(slots=True)
class _Found:
    modules: list[ModuleFact] = field(default_factory=list)
    tensors: dict[str, TensorFact] = field(default_factory=dict)
    names: dict[skops_file.Asked, None] = field(default_factory=dict)
    features: int | None = None
    version: str | None = None
    foreign: tuple[str, ...] = ()
    complete: bool = True


def sniff(records: Records) -> str | None:
    """Return the root of the archive where it holds a schema, or nothing."""
    return "" if _SCHEMA in records else None


def read(opened: Opened, records: Records, _: str) -> Artifact:
    """Return the tree that the schema describes."""
    damage = list[Damage]()
    twice: list[str] = []
    try:
        schema, twice = _json.parse(records.read(_SCHEMA))
    except _json.NotJson as error:
        schema = None
        damage.append(Damage(error.kind, error.of(f"`{_SCHEMA}`"), error.at))
    found = _walk(schema, opened, records)
    if not found.complete:
        damage.append(Damage("limit", f"not all of `{_SCHEMA}` was looked at"))
    differ = [Damage("duplicate-key", f"`{key[:60]}` is there twice") for key in twice[:20]]
    differ += records.disagreements
    damage += records.damage
    word, calls = _verdict(found, unsure=bool(differ or damage))
    told = schema if isinstance(schema, dict) else {}
    return opened.artifact(
        "skops",
        "model",
        framework="sklearn",
        producer=_producer(told, found),
        state_dicts=(StateDict("", found.tensors, role="other"),) if found.tensors else (),
        modules=tuple(found.modules),
        signatures=_signatures(found),
        globals=tuple(
            GlobalFact(values.key(module), values.key(name), ("config",))
            for module, name in dict.fromkeys(item[:2] for item in found.names)
        ),
        opening_runs_code=word,
        calls=calls,
        damage=tuple(damage),
        disagreements=tuple(differ),
        detail={"protocol": told["protocol"]} if type(told.get("protocol")) is int else {},
    )


def _producer(told: dict[str, Any], found: _Found) -> dict[str, str | None]:
    producer: dict[str, str | None] = {}
    version = told.get("_skops_version")
    if isinstance(version, str):
        producer["skops"] = values.key(version[:40])
    if found.version is not None:
        producer["scikit-learn"] = values.key(found.version[:40])
    return producer


def _signatures(found: _Found) -> tuple[SignatureFact, ...]:
    if found.features is None:
        return ()
    return (SignatureFact("", (PortFact("X", None, (None, found.features)),)),)


def _verdict(found: _Found, *, unsure: bool) -> tuple[RunsCode, tuple[str, ...]]:
    """Judge by what skops looks up and calls."""
    if found.foreign:
        return "yes", found.foreign
    return "unknown" if unsure else "library", ()


def _walk(schema: Any, opened: Opened, records: Records) -> _Found:
    found = _Found()
    try:
        for item in skops_file.asked(schema):
            short = skops_file.Asked(item.module[:200], item.name[:200], item.uses)
            found.names.setdefault(short)
        found.foreign = tuple(values.key(name) for name in skops_file.foreign(schema)[:200])
    except (ValueError, RecursionError):
        found.complete = False
    waiting: list[tuple[str, Any, int]] = [("", schema, 0)]
    visited = 0
    while waiting:
        path, node, depth = waiting.pop()
        visited += 1
        if visited > _NODES or depth > _DEPTH or len(found.modules) > _LIMIT:
            found.complete = False
            break
        if isinstance(node, dict):
            inside = (item for item in _node(found, path, node, opened, records) if _tells(item[1]))
            below = list(islice(inside, _LIMIT + 1))
            found.complete = found.complete and len(below) <= _LIMIT
            waiting += [(name, item, depth + 1) for name, item in reversed(below)]
    return found


def _tells(node: Any) -> bool:
    """Whether there may be more in a node than its own value."""
    return isinstance(node, dict) and node.get("__loader__") != "JsonNode"


def _node(
    found: _Found, path: str, node: dict[str, Any], opened: Opened, records: Records
) -> Iterator[tuple[str, Any]]:
    loader, content = node.get("__loader__"), node.get("content")
    module, name = node.get("__module__"), node.get("__class__")
    if not isinstance(module, str) or not isinstance(name, str):
        return
    if loader == "NdArrayNode":
        _array(found, path, node, opened, records)
    elif loader == "DictNode" and isinstance(content, dict):
        yield from ((_join(path, key), item) for key, item in content.items())
    elif isinstance(content, list):
        yield from _listed(path, content)
    elif isinstance(content, dict) and loader != "JsonNode":
        held = content.get("content") if content.get("__loader__") == "DictNode" else content
        held = held if isinstance(held, dict) else {}
        found.modules.append(
            ModuleFact(path, values.key(module), values.key(name), dict(_plain(held)))
        )
        _note(found, held)
        yield from ((_join(path, key), item) for key, item in held.items())


def _note(found: _Found, held: dict[str, Any]) -> None:
    count, version = _json_of(held.get("n_features_in_")), _json_of(held.get("_sklearn_version"))
    if found.features is None and type(count) is int and 0 < count < 1 << 40:
        found.features = count
    if found.version is None and isinstance(version, str):
        found.version = version


def _json_of(node: Any) -> Any:
    """Return the value of a plain node, or the node itself where it is none."""
    if not isinstance(node, dict) or node.get("__loader__") != "JsonNode":
        return node
    content = node.get("content")
    if not isinstance(content, str) or len(content) > 4000:
        return node
    try:
        return _json.parse(content.encode("utf-8", "surrogatepass"))[0]
    except _json.NotJson:
        return node


def _plain(held: dict[str, Any]) -> Iterator[tuple[str, str | int | float | bool | None]]:
    count = 0
    for key, node in held.items():
        told = _json_of(node)
        if count < _ATTRIBUTES and (told is None or isinstance(told, (str, int, float, bool))):
            count += 1
            yield values.key(key[:200]), values.plain(told)


def _listed(path: str, content: list[Any]) -> Iterator[tuple[str, Any]]:
    for number, item in enumerate(content[:_LIMIT]):
        parts = item.get("content") if isinstance(item, dict) else None
        name = _json_of(parts[0]) if isinstance(parts, list) and len(parts) in (2, 3) else None
        if isinstance(parts, list) and isinstance(name, str):
            yield _join(path, name), parts[1]
        else:
            yield _join(path, str(number)), item


def _array(
    found: _Found, path: str, node: dict[str, Any], opened: Opened, records: Records
) -> None:
    name = node.get("file")
    place = records.place(name) if isinstance(name, str) and name in records else None
    if (
        place is None
        or place.packed is not None
        or records.is_folder
        or len(found.tensors) > _LIMIT
    ):
        return
    head = opened.source.pread(place.offset, min(place.size, 4096))
    try:
        array = npy.header(head)
    except npy.NotNpy:
        return
    is_whole = array.start + array.fact.nbytes == place.size and not array.kind.pickled
    fact = npz.placed(array, place) if is_whole else array.fact
    if fact.dtype.startswith(("str", "bytes")):
        fact = TensorFact("string", fact.shape)
    found.tensors.setdefault(path, fact)


def _join(path: str, name: str) -> str:
    return values.key(f"{path}.{name}"[:500] if path else name[:500])
