"""Containers, patterns and paths as nodes; exact in type, order and shared references."""

import base64
import collections
import pathlib
import re
import types
from collections.abc import Callable, Collection
from typing import Any

from .capture_atoms import all_plain
from .capture_graph import Graph, Node, Ref

Build = Callable[[Graph, int, Any], Node]


def encode_data(graph: Graph, nid: int, value: Any) -> Node | None:
    """Return the node of a plain container or leaf, or None where `value` is none."""
    build = BUILDS.get(type(value))
    if build is not None:
        return build(graph, nid, value)
    if type(value).__module__.split(".")[0] == "pathlib" and isinstance(value, pathlib.PurePath):
        kind = "Path" if isinstance(value, pathlib.Path) else type(value).__name__
        return {"t": "path", "k": kind, "v": graph.ref(str(value), nid, "path")}
    return None


def refs(graph: Graph, nid: int, values: Collection[Any], label: str = "[…]") -> list[Ref]:
    """Return what stands for each of `values`; quick where they are all atoms."""
    if all_plain(values):
        return list(values)
    return [graph.ref(value, nid, label) for value in values]


def _items(kind: str) -> Build:
    return lambda graph, nid, value: {"t": kind, "v": refs(graph, nid, value)}


def _set(kind: str) -> Build:
    def build(graph: Graph, nid: int, value: Any) -> Node:
        try:
            ordered = sorted(value)  # so that the same set gives the same file
        except Exception:  # noqa: BLE001 - the members' own comparison may raise anything
            ordered = list(value)
        return {"t": kind, "v": refs(graph, nid, ordered)}

    return build


def _mapping(kind: str) -> Build:
    def build(graph: Graph, nid: int, value: Any) -> Node:
        keys = list(dict.keys(value))
        values = list(dict.values(value))
        if all_plain(values):
            items = values
        else:
            items = [
                graph.ref(item, nid, f"[{key!r}]" if type(key) in (str, int) else "[…]")
                for key, item in zip(keys, values, strict=True)
            ]
        return {"t": kind, "k": refs(graph, nid, keys), "v": items}

    return build


def _ordered(graph: Graph, nid: int, value: Any) -> Node:
    node = _mapping("odict")(graph, nid, value)
    keys = list(value)  # the order of an `OrderedDict` is its own, not its dict's
    return {**node, "k": refs(graph, nid, keys), "v": refs(graph, nid, [value[k] for k in keys])}


def _defaultdict(graph: Graph, nid: int, value: Any) -> Node:
    factory = graph.ref(value.default_factory, nid, "default_factory")
    return {**_mapping("defaultdict")(graph, nid, value), "factory": factory}


def _deque(graph: Graph, nid: int, value: Any) -> Node:
    return {"t": "deque", "v": refs(graph, nid, value), "max": value.maxlen}


def _span(kind: str) -> Build:
    def build(graph: Graph, nid: int, value: Any) -> Node:
        return {"t": kind, "v": refs(graph, nid, [value.start, value.stop, value.step])}

    return build


def _bytearray(_graph: Graph, _nid: int, value: Any) -> Node:
    return {"t": "bytearray", "v": base64.b64encode(value).decode("ascii")}


def _pattern(graph: Graph, nid: int, value: Any) -> Node:
    return {"t": "pattern", "v": graph.ref(value.pattern, nid, "pattern"), "flags": value.flags}


def _proxy(graph: Graph, nid: int, value: Any) -> Node:
    return {"t": "proxy", "v": graph.ref(dict(value), nid, "mapping")}


BUILDS: dict[type, Build] = {
    list: _items("list"),
    tuple: _items("tuple"),
    set: _set("set"),
    frozenset: _set("frozenset"),
    dict: _mapping("dict"),
    collections.OrderedDict: _ordered,
    collections.Counter: _mapping("counter"),
    collections.defaultdict: _defaultdict,
    collections.deque: _deque,
    range: _span("range"),
    slice: _span("slice"),
    bytearray: _bytearray,
    types.MappingProxyType: _proxy,
    re.Pattern: _pattern,
}
