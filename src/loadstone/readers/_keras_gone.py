"""Arguments that layers of Keras 2 have and those of Keras 3 do not, and what they say.

https://keras.io/guides/migrating_to_keras_3/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_RECURRENT = ("LSTM", "GRU", "SimpleRNN")
_CONVOLUTIONS = (
    "DepthwiseConv1D",
    "DepthwiseConv2D",
    "Conv1DTranspose",
    "Conv2DTranspose",
)
_SEPARABLE = ("SeparableConv1D", "SeparableConv2D")
_ANY = object()  # whatever it says: nothing of a prediction
_DEPTH = 8  # of models inside models
# the argument, the one value that Keras 3 does without it, the layers that were tried
_GONE: dict[str, tuple[object, tuple[str, ...]]] = {
    "time_major": (False, (*_RECURRENT, "ConvLSTM2D")),
    "groups": (1, (*_CONVOLUTIONS, *_SEPARABLE)),
    "kernel_initializer": (_ANY, _SEPARABLE),
    "kernel_regularizer": (None, _SEPARABLE),
    "kernel_constraint": (None, _SEPARABLE),
}
_MODELS = ("Sequential", "Functional")
_WRAPPERS = {"Bidirectional": ("LSTM", "GRU"), "TimeDistributed": ("Dense",)}  # and what was tried
# what Keras 3 wants to be told otherwise of what lies inside
NUMBERED = "models inside"  # their calls are counted from 0, and by Keras 2 from 1
UNPLACED = "layers inside wrappers"  # by the module of their class, which Keras 2 leaves out
# layers and functions that were seen to predict the same in both: `hard_sigmoid`, for one, does not
_TRIED = {
    *_RECURRENT,
    *_CONVOLUTIONS,
    *_SEPARABLE,
    "ConvLSTM2D",
    "InputLayer",
    "Dense",
    "Conv1D",
    "Conv2D",
    "BatchNormalization",
    "ReLU",
    "Activation",
    "Dropout",
    "Embedding",
    "Flatten",
    "Reshape",
    "ZeroPadding2D",
    "MaxPooling2D",
    "GlobalAveragePooling2D",
    "Add",
    "Concatenate",
}
_DTYPES = ("float32", "int32", "int64")
_FUNCTIONS = ("linear", "relu", "tanh", "sigmoid", "softmax")


def gone(config: object) -> list[str]:
    """Return the names of such arguments in the layers of a model, and what is told otherwise."""
    return list(dict.fromkeys(name for _, name in _uses(config, 0)))


def without(config: object) -> dict[str, Any] | None:
    """Return the configuration of a model as Keras 3 takes it.

    None where Keras 3 would not do what it says, or it has what was not tried in both.
    """
    return _model(config, 0)


def _model(config: object, depth: int) -> dict[str, Any] | None:
    layers = _layers(config)
    if not isinstance(config, dict) or not layers or depth > _DEPTH:
        return None
    made = [_layer(item, depth) for item in layers]
    whole = [item for item in made if item is not None]
    if len(whole) < len(layers):
        return None
    if isinstance(config["config"], list):
        return {**config, "config": whole}
    held = {**config["config"], "layers": whole}
    inside = _inside(layers)
    if inside and _is_graph(layers):
        if not _are_counted(held, inside):
            return None
        held = {
            **held,
            "layers": [
                {**item, "inbound_nodes": _counted(item["inbound_nodes"], inside)} for item in whole
            ],
            "output_layers": _counted(held["output_layers"], inside),
        }
    return {**config, "config": held}


def _layer(item: dict[str, Any], depth: int) -> dict[str, Any] | None:
    """Return a layer as Keras 3 takes it, None where that was not tried."""
    kind, held = item.get("class_name"), item.get("config")
    if kind in _MODELS:
        return _model(item, depth + 1)
    if isinstance(kind, str) and kind in _WRAPPERS and isinstance(held, dict):
        return _wrapper(item, kind, held, depth)
    if not _is_tried(item) or not isinstance(kind, str) or not isinstance(held, dict):
        return None
    for value, name in _arguments(kind, held):
        if _GONE[name][0] is not _ANY and value != _GONE[name][0]:
            return None
    return {**item, "config": _kept(kind, held)}


def _wrapper(
    item: dict[str, Any], kind: str, held: dict[str, Any], depth: int
) -> dict[str, Any] | None:
    inner = held.get("layer")
    if not isinstance(inner, dict) or inner.get("class_name") not in _WRAPPERS[kind]:
        return None
    made = _layer(inner, depth + 1)
    if made is None or "backward_layer" in held or held.get("dtype", "float32") not in _DTYPES:
        return None
    return {**item, "config": {**held, "layer": {"module": "keras.layers", **made}}}


def _inside(layers: list[dict[str, Any]]) -> set[str]:
    """Return the names of the models among the layers."""
    return {_name(item) for item in layers if item.get("class_name") in _MODELS}


def _name(item: dict[str, Any]) -> str:
    held = item.get("config")
    return str(item.get("name") or (held.get("name") if isinstance(held, dict) else ""))


def _is_graph(layers: list[dict[str, Any]]) -> bool:
    return all("inbound_nodes" in item for item in layers)


def _are_counted(held: dict[str, Any], inside: set[str]) -> bool:
    """Whether the calls of each model inside are counted from 1, and take tensors alone."""
    seen: dict[str, set[int]] = {}
    for node in _references(held):
        if node is None or any(node[3:]):
            return False  # an argument may be a tensor too
        if node[0] in inside:
            seen.setdefault(node[0], set()).add(node[1])
    return all(calls == set(range(1, len(calls) + 1)) for calls in seen.values())


def _are_numbered_from_1(config: object, inside: set[str]) -> bool:
    held = config.get("config") if isinstance(config, dict) else None
    if not isinstance(held, dict) or not inside or not _is_graph(_layers(config)):
        return False
    calls = [node[1] for node in _references(held) if node and node[0] in inside]
    return bool(calls) and min(calls) > 0


def _references(held: dict[str, Any]) -> Iterator[list[Any] | None]:
    """Yield the references to calls in a graph, None for what is none."""
    waiting = [
        held.get("output_layers"),
        *(item["inbound_nodes"] for item in _layers({"config": held})),
    ]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, list):
            yield None
        elif _is_reference(node):
            yield node
        else:
            waiting += node


def _is_reference(node: list[Any]) -> bool:
    return len(node) in (3, 4) and isinstance(node[0], str) and isinstance(node[1], int)


def _counted(nodes: list[Any], inside: set[str]) -> list[Any]:
    """Return references with the calls of models inside counted from 0."""
    if not _is_reference(nodes):
        return [_counted(item, inside) for item in nodes]
    return [nodes[0], nodes[1] - (nodes[0] in inside), *nodes[2:]]


def _kept(kind: str, config: dict[str, Any]) -> dict[str, Any]:
    left = [name for name, (_, kinds) in _GONE.items() if kind in kinds]
    return {key: value for key, value in config.items() if key not in left}


def _is_tried(layer: dict[str, Any]) -> bool:
    held, kind = layer.get("config"), layer.get("class_name")
    if not isinstance(held, dict) or not isinstance(kind, str) or kind not in _TRIED:
        return False
    functions = [held[name] for name in ("activation", "recurrent_activation") if name in held]
    return held.get("dtype", "float32") in _DTYPES and all(
        isinstance(name, str) and name in _FUNCTIONS for name in functions
    )


def _arguments(kind: object, config: dict[str, Any]) -> Iterator[tuple[object, str]]:
    for name, (_, kinds) in _GONE.items():
        if kind in kinds and name in config:
            yield config[name], name


def _uses(config: object, depth: int) -> Iterator[tuple[object, str]]:
    """Yield the arguments that are gone with their values, and what is told otherwise."""
    layers = _layers(config) if depth <= _DEPTH else []
    if _are_numbered_from_1(config, _inside(layers)):
        yield None, NUMBERED
    for item in layers:
        held, kind = item.get("config"), item.get("class_name")
        if kind in _MODELS:
            yield from _uses(item, depth + 1)
        elif (
            isinstance(kind, str)
            and kind in _WRAPPERS
            and isinstance(held, dict)
            and isinstance(held.get("layer"), dict)
        ):
            if "module" not in held["layer"]:
                yield None, UNPLACED
            yield from _uses({"config": [held["layer"]]}, depth + 1)
        elif isinstance(held, dict):
            yield from _arguments(kind, held)


def _layers(config: object) -> list[dict[str, Any]]:
    """Return the layers of a sequential or a functional model itself."""
    held = config.get("config") if isinstance(config, dict) else None
    layers = held.get("layers") if isinstance(held, dict) else held
    listed = layers if isinstance(layers, list) else []
    return listed if all(isinstance(item, dict) for item in listed) else []
