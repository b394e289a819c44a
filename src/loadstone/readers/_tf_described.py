"""What is told of a SavedModel: its attributes, its objects, where its nodes are pinned.

https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/saved_object_graph.proto
"""

from __future__ import annotations

import re
from collections import Counter

from loadstone.core.facts import ModuleFact
from loadstone.readers import _tf_keras
from loadstone.readers._tf_meta import MetaGraph
from loadstone.readers._tf_saved_objects import Objects

Detail = dict[str, str | int | float | bool | None]

_DEVICE = re.compile(r"/(?:device:)?(CPU|GPU|TPU|XLA_\w{1,20}|[cg]pu):(\d{1,5}|\*)$")
_CONTAINERS = (
    "",
    "trackable_list_wrapper",
    "trackable_dict_wrapper",
    "trackable_tuple_wrapper",
    "signature_map",
)


def _devices(graphs: list[MetaGraph]) -> str:
    """Return where nodes are pinned: `gpu:0` of `/job:localhost/…/device:GPU:0`."""
    named = (name for graph in graphs for name in graph.graph.devices)
    found = (_DEVICE.search(name) for name in named)
    tags = (f"{item[1].lower()}:{item[2]}" for item in found if item)
    return ", ".join(dict.fromkeys("cpu" if tag.startswith("cpu") else tag for tag in tags))


def entries(objects: Objects | None) -> dict[str, str]:
    """Return the attributes of the object that was saved: what `tf.saved_model.load` gives."""
    if objects is None or not objects.nodes:
        return {}
    found: dict[str, str] = {}
    for name, number in objects.nodes[0].children[:300]:
        if not 0 <= number < len(objects.nodes):
            continue
        node = objects.nodes[number]
        if node.kind == "function":
            found[name] = _function(node.concrete, objects)
        elif node.variable is not None:
            found[name] = f"variable {node.variable}"
        else:
            found[name] = node.identifier or node.kind
    return found


def _function(concrete: list[str], objects: Objects) -> str:
    taken = []
    for name in concrete[:3]:
        ports = objects.arguments.get(name, ())
        inside = ", ".join(
            f"{port.dtype} "
            + ("any rank" if port.shape is None else "×".join(str(s or "?") for s in port.shape))
            for port in ports[:6]
        )
        taken.append(f"({inside})")
    more = f" and {len(concrete) - 3} more" if len(concrete) > 3 else ""
    return f"function {' or '.join(taken)}{more}" if taken else "function, never traced"


def modules(objects: Objects | None) -> tuple[ModuleFact, ...]:
    """Return the objects that are no plain containers, where Keras described none."""
    if objects is None:
        return ()
    return tuple(
        ModuleFact(path, _module(node.identifier), node.identifier)
        for node, path in zip(objects.nodes[:5000], objects.paths(), strict=False)
        if node.kind == "user_object"
        and node.identifier not in _CONTAINERS
        and (node.identifier != "_generic_user_object" or not path)
    )


def _module(identifier: str) -> str:
    return "keras" if identifier.startswith("_tf_keras") else "tensorflow"


def details(graphs: list[MetaGraph], keras: _tf_keras.Keras) -> Detail:
    first = graphs[0]
    root = first.objects.nodes[0].identifier if first.objects and first.objects.nodes else ""
    kinds = first.objects.kinds() if first.objects else Counter[str]()
    slots = sum(node.slots for node in first.objects.nodes) if first.objects else 0
    order = {"input_order": ", ".join(keras.inputs)} if len(keras.inputs) > 1 else {}
    called = sorted({name for graph in graphs for name in graph.graph.called()})
    return {
        **order,
        **_draws(first),
        **({"called": ", ".join(called)} if called else {}),
        "tags": " | ".join(", ".join(sorted(graph.tags)) for graph in graphs),
        "graphs": len(graphs),
        "git": first.git or None,
        "tf_1": first.objects is None,
        "root": root or None,
        "keras": bool(keras.modules) or root.startswith("_tf_keras"),
        "keras_class": keras.root or None,
        "keras_config": keras.root_config,
        "compiled": keras.compiled,
        "methods": ", ".join(sorted({name for graph in graphs for name in graph.methods}))[:500],
        "functions": kinds["function"],
        "variables": kinds["variable"],
        "assets": ", ".join(name for graph in graphs for name in graph.assets)[:500],
        "devices": _devices(graphs),
        "optimizer_slots": slots,
        "parses_examples": any(
            graph.graph.ops[op]
            for graph in graphs
            for op in ("ParseExample", "ParseExampleV2", "ParseSingleExample")
        ),
    }


def _draws(graph: MetaGraph) -> Detail:
    """Return what signatures draw of a program of TensorFlow 2, whose graphs have no modes."""
    if graph.objects is None:
        return {}
    found = {name: graph.graph.flow.drawn(nodes) for name, nodes in graph.fetched.items()}
    told = [f"{name}: {', '.join(ops)}" for name, ops in sorted(found.items()) if ops]
    return {"draws": "; ".join(told[:20])} if told else {}
