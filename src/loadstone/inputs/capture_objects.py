"""Instances as nodes, taken apart by the protocol that `copy` uses; no pickle is written.

https://docs.python.org/3/library/copy.html
"""

import copyreg
import enum
import functools
import inspect
import io
import logging
import socket
import types
from typing import Any

from .capture_data import refs
from .capture_graph import Graph, Node
from .capture_modules import home_of, where_is
from .capture_source import NoSource

LRU = type(functools.lru_cache(len))
INSIDE = "create it inside the function that uses it"
LOCKS = ("lock", "RLock", "Condition", "Semaphore", "Event", "Thread", "_local")


def encode_objects(graph: Graph, nid: int, value: Any) -> Node | None:
    """Return the node of any other object; `NoSource` says why it has none and what to do."""
    if isinstance(value, enum.Enum):
        cls = graph.ref(type(value), nid, type(value).__name__)
        name = value._name_  # None for a combination of flags
        if name in type(value).__members__:
            return {"t": "enum", "cls": cls, "name": name, "v": None}
        return {"t": "enum", "cls": cls, "v": graph.ref(value._value_, nid, "value")}
    if type(value) is LRU:
        parts = value.cache_parameters()
        function = graph.ref(value.__wrapped__, nid, "wrapped")
        return {"t": "lru", "fn": function, "maxsize": parts["maxsize"], "typed": parts["typed"]}
    if isinstance(value, logging.Logger):
        return _call(graph, nid, logging.getLogger, [value.name])
    if home_of(type(value).__module__) != "project":
        found = where_is(value, graph.hint(nid))
        if found is not None:
            graph.uses(found[0])
            return {"t": "global", "module": found[0], "name": found[1]}
    return _reduced(graph, nid, value)


def _call(graph: Graph, nid: int, function: Any, args: Any) -> Node:
    name = getattr(function, "__qualname__", repr(function))
    return {"t": "call", "fn": graph.ref(function, nid, name), "a": refs(graph, nid, tuple(args))}


def _reduced(graph: Graph, nid: int, value: Any) -> Node:
    cls = type(value)
    try:
        special = copyreg.dispatch_table.get(cls)
        parts = special(value) if special else value.__reduce_ex__(4)
    except Exception as error:
        raise NoSource(*_unsupported(value, error)) from error
    if isinstance(parts, str):
        if cls.__module__ == "typing" and cls.__name__ == "TypeVar":
            return _call(graph, nid, cls, [value.__name__, *value.__constraints__])
        found = where_is(value, parts)
        if found is not None:
            graph.uses(found[0])
            return {"t": "global", "module": found[0], "name": found[1]}
        raise NoSource(f"`{parts}` is known by name only", "import it where it is used")
    whole: list[Any] = [*list(parts), None, None, None]
    function, args, state, items, pairs = whole[:5]
    if function is copyreg.__newobj__:  # type: ignore[attr-defined]
        node = {**_call(graph, nid, args[0], args[1:]), "t": "new"}
    else:
        node = _call(graph, nid, function, args)
    if state is not None:
        node["state"] = _state(graph, nid, value, state)
    if items is not None:
        node["v"] = refs(graph, nid, list(items))
    if pairs is not None:
        both = list(pairs)
        node["k"] = refs(graph, nid, [key for key, _ in both])
        node["kv"] = refs(graph, nid, [item for _, item in both])
    return node


def _state(graph: Graph, nid: int, value: Any, state: Any) -> Any:
    fields: Any = getattr(value, "__dict__", None)
    if type(fields) is not dict or state is not fields:
        return graph.ref(state, nid, "state")
    # The attributes are named in paths, and the live dict is not shared with the node's.
    inner = graph.add(nid, "attributes")
    graph.nodes[inner] = {
        "t": "dict",
        "k": refs(graph, inner, list(fields)),
        "v": [graph.ref(item, nid, f"`.{name}`") for name, item in fields.items()],
    }
    return ["r", inner]


def _unsupported(value: Any, error: Exception) -> tuple[str, str]:
    cls = type(value)
    name = f"{cls.__module__}.{cls.__qualname__}".replace("builtins.", "")
    if isinstance(value, io.IOBase):
        file = getattr(value, "name", None)
        what = f"it is an open file ({file})" if isinstance(file, str) else "it is an open file"
        return what, "read it before saving, and keep its content in a variable"
    if isinstance(value, socket.socket):
        return "it is an open socket", INSIDE
    if isinstance(value, types.GeneratorType | types.CoroutineType | types.AsyncGeneratorType):
        return "it is a running generator", f"keep a list of what it gives, or {INSIDE}"
    if any(part.__name__ in LOCKS for part in cls.__mro__):
        return f"it is a `{name}`, which belongs to this process", INSIDE
    if inspect.ismodule(value):
        return "it is a module that no import gives", "import it inside the function"
    return (
        f"it is a `{name}`, whose state cannot be read: {error}",
        f"{INSIDE}, or give its class `__reduce__`",
    )
