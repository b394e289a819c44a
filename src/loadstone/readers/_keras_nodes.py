"""How the layers of a Keras model are called: the nodes of its graph, as Keras 2 writes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from loadstone.readers._keras_tried import ATTENTION, RECURRENT

TENSOR = "__keras_tensor__"
_ARGUMENTS = {"value": "value_shape", "key": "key_shape"}  # tensors of a call of attention
_STATEFUL = (*RECURRENT, "ConvLSTM2D", "Bidirectional", "RNN")
_FLAGS = ("use_causal_mask", "return_attention_scores")


def calls_of(item: dict[str, Any]) -> dict[str, Any] | None:
    """Return the calls of a layer as Keras 3 takes them, None where one is not understood.

    It takes no tensor as an argument by a name, unless the call is written as its own is.
    """
    nodes = item.get("inbound_nodes")
    if nodes is None:
        return {}
    if not isinstance(nodes, list):
        return None
    made = []
    for node in nodes:
        if item.get("class_name") in _STATEFUL and len(flat(node)) > 1:
            return None  # with the states that it begins with
        if all(isinstance(call, list) and _is_plain(call) for call in flat(node)):
            made.append(node)
            continue
        attended = _attended(node, item)
        if attended is None:
            return None
        made.append(attended)
    return {"inbound_nodes": made}


def flat(node: object) -> list[Any]:
    """Return the references of one call, whether one stands alone or several in a list."""
    if isinstance(node, list) and node and not _is_reference(node):
        return node
    return [node]


def _is_plain(call: list[Any]) -> bool:
    """Whether a call takes a tensor alone, and is not told to be training."""
    given = call[3] if len(call) == 4 else {}
    if not _is_reference(call) or not isinstance(given, dict):
        return False
    return set(given) <= {"training"} and given.get("training") in (None, False)


def _attended(node: object, item: dict[str, Any]) -> dict[str, Any] | None:
    """Return a call of attention, which takes tensors by names, as Keras 3 writes one."""
    held, calls = item.get("config"), flat(node)
    if item.get("class_name") not in ATTENTION or len(calls) != 1 or not isinstance(held, dict):
        return None
    call = calls[0]
    if not isinstance(call, list) or not _is_reference(call) or not isinstance(call[-1], dict):
        return None
    given: dict[str, Any] = {}
    for name, value in call[3].items():
        if name in _ARGUMENTS and isinstance(value, list) and _is_reference(value):
            given[name] = _tensor(value, held.get(_ARGUMENTS[name]))
        elif name in _FLAGS and isinstance(value, bool):
            given[name] = value
        elif value not in (None, False):
            return None
    return {"args": [_tensor(call, held.get("query_shape"))], "kwargs": given}


def _tensor(call: list[Any], shape: object) -> dict[str, Any]:
    config = {"shape": shape, "dtype": "float32", "keras_history": call[:3]}
    return {"class_name": TENSOR, "config": config}


def is_graph(layers: list[dict[str, Any]]) -> bool:
    """Whether the layers tell how they are called."""
    return all("inbound_nodes" in item for item in layers)


def are_counted(held: dict[str, Any], inside: set[str]) -> bool:
    """Whether the calls of each model inside are counted from 1, and take tensors alone."""
    seen: dict[str, set[int]] = {}
    for node in _references(held):
        if node is None or not _is_plain(node):
            return False  # an argument may be a tensor too
        if node[0] in inside:
            seen.setdefault(node[0], set()).add(node[1])
    return all(calls == set(range(1, len(calls) + 1)) for calls in seen.values())


def are_numbered_from_1(config: object, inside: set[str]) -> bool:
    """Whether the calls of the models inside a graph are counted from 1."""
    held = config.get("config") if isinstance(config, dict) else None
    if not isinstance(held, dict) or not inside or not is_graph(layers_of(config)):
        return False
    calls = [node[1] for node in _references(held) if node and node[0] in inside]
    return bool(calls) and min(calls) > 0


def _references(held: dict[str, Any]) -> Iterator[list[Any] | None]:
    """Yield the references to calls in a graph, None for what is none."""
    waiting = [
        held.get("output_layers"),
        *(item["inbound_nodes"] for item in layers_of({"config": held})),
    ]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict) and _histories(node):
            yield from _histories(node)
        elif not isinstance(node, list):
            yield None
        elif _is_reference(node):
            yield node
        else:
            waiting += node


def _histories(node: dict[str, Any]) -> list[list[Any] | None]:
    """Return the references in a call that is written as Keras 3 does, None for what is none."""
    found: list[list[Any] | None] = []
    waiting: list[Any] = [node]
    while waiting:
        item: Any = waiting.pop()
        if isinstance(item, dict) and item.get("class_name") == TENSOR:
            held = item.get("config")
            told = held.get("keras_history") if isinstance(held, dict) else None
            found.append(told if isinstance(told, list) and _is_reference(told) else None)
        elif isinstance(item, (dict, list)):
            waiting += item.values() if isinstance(item, dict) else item
    return found


def _is_reference(node: list[Any]) -> bool:
    return len(node) in (3, 4) and isinstance(node[0], str) and isinstance(node[1], int)


def counted(nodes: Any, inside: set[str]) -> Any:
    """Return references with the calls of models inside counted from 0."""
    if isinstance(nodes, dict):
        return {key: counted(item, inside) for key, item in nodes.items()}
    if not isinstance(nodes, list):
        return nodes
    if not _is_reference(nodes):
        return [counted(item, inside) for item in nodes]
    return [nodes[0], nodes[1] - (nodes[0] in inside), *nodes[2:]]


def layers_of(config: object) -> list[dict[str, Any]]:
    """Return the layers of a sequential or a functional model itself."""
    held = config.get("config") if isinstance(config, dict) else None
    layers = held.get("layers") if isinstance(held, dict) else held
    listed = layers if isinstance(layers, list) else []
    return listed if all(isinstance(item, dict) for item in listed) else []
