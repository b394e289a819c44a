"""Arguments that layers of Keras 2 have and those of Keras 3 do not, and what they say.

https://keras.io/guides/migrating_to_keras_3/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from loadstone.runtime.keras_backends import MERGES

_RECURRENT = ("LSTM", "GRU", "SimpleRNN")
_CONVOLUTIONS = (
    "DepthwiseConv1D",
    "DepthwiseConv2D",
    "Conv1DTranspose",
    "Conv2DTranspose",
    "Conv3DTranspose",
)
_SEPARABLE = ("SeparableConv1D", "SeparableConv2D")
_SPATIAL = ("SpatialDropout1D", "SpatialDropout2D")
_ATTENTION = ("MultiHeadAttention",)
_ANY = object()  # whatever it says: nothing of a prediction
_DEPTH = 8  # of models inside models
# the argument, the one value that Keras 3 does without it, the layers that were tried
_GONE: dict[str, tuple[object, tuple[str, ...]]] = {
    "time_major": (False, (*_RECURRENT, "ConvLSTM2D", "RNN")),
    "groups": (1, (*_CONVOLUTIONS, *_SEPARABLE)),
    "kernel_initializer": (_ANY, _SEPARABLE),
    "kernel_regularizer": (None, _SEPARABLE),
    "kernel_constraint": (None, _SEPARABLE),
    "trainable": (_ANY, _SPATIAL),
    "noise_shape": (None, _SPATIAL),
    "query_shape": (_ANY, _ATTENTION),
    "key_shape": (_ANY, _ATTENTION),
    "value_shape": (_ANY, _ATTENTION),
}
_MODELS = ("Sequential", "Functional")
_MODULES = {"Functional": "keras.src.models.functional", "Sequential": "keras"}  # in an archive
_CELLS = ("LSTMCell", "GRUCell", "SimpleRNNCell")
_INNER = ("layer", "cell", "cells")  # where a layer holds layers
_WRAPPERS = {  # and what was tried inside
    "Bidirectional": _RECURRENT,
    "TimeDistributed": (
        "Dense",
        "Conv2D",
        "Flatten",
        "MaxPooling2D",
        "GlobalAveragePooling2D",
        "BatchNormalization",
        "Dropout",
        "Activation",
    ),
    "RNN": (*_CELLS, "StackedRNNCells"),
    "StackedRNNCells": _CELLS,
}
# what Keras 3 wants to be told otherwise
NUMBERED = "models inside"  # their calls are counted from 0, and by Keras 2 from 1
UNPLACED = "layers inside wrappers"  # by the module of their class, which Keras 2 leaves out
POLICIES = "policies of dtypes"  # by their names
SCORES = "scores of attention"  # by leaving the default out
AXES = "axes of normalisation"  # as numbers, and not as lists
SHAPES = "shapes of inputs"  # of the input layers alone
MODULES = "modules of models"  # by their places in Keras 3
# layers and functions that were seen to predict the same in both: `hard_sigmoid`, for one, does not
_TRIED = {
    *_RECURRENT,
    *_CONVOLUTIONS,
    *_SEPARABLE,
    *_SPATIAL,
    *_ATTENTION,
    *_CELLS,
    "ConvLSTM2D",
    "InputLayer",
    "Dense",
    "Conv1D",
    "Conv2D",
    "Conv3D",
    "Embedding",
    "Masking",
    "Attention",
    "AdditiveAttention",
    "BatchNormalization",
    "LayerNormalization",
    "GroupNormalization",
    "UnitNormalization",
    "Normalization",
    "Rescaling",
    "ReLU",
    "LeakyReLU",
    "PReLU",
    "ELU",
    "Softmax",
    "Activation",
    "ActivityRegularization",
    "Dropout",
    "GaussianDropout",
    "GaussianNoise",
    "AlphaDropout",
    "Flatten",
    "Reshape",
    "Permute",
    "RepeatVector",
    "ZeroPadding1D",
    "ZeroPadding2D",
    "ZeroPadding3D",
    "Cropping1D",
    "Cropping2D",
    "Cropping3D",
    "UpSampling1D",
    "UpSampling2D",
    "UpSampling3D",
    "MaxPooling1D",
    "MaxPooling2D",
    "MaxPooling3D",
    "AveragePooling1D",
    "AveragePooling2D",
    "AveragePooling3D",
    "GlobalMaxPooling1D",
    "GlobalMaxPooling2D",
    "GlobalMaxPooling3D",
    "GlobalAveragePooling1D",
    "GlobalAveragePooling2D",
    "GlobalAveragePooling3D",
    "Add",
    "Subtract",
    "Multiply",
    "Average",
    "Maximum",
    "Minimum",
    "Dot",
    "Concatenate",
}
_ONLY: dict[tuple[str, str], tuple[object, ...]] = {  # what was tried of an argument
    ("Attention", "score_mode"): ("dot",),
    ("UpSampling2D", "interpolation"): ("nearest", "bilinear"),
    ("Normalization", "mean"): (None,),
    ("Normalization", "invert"): (False,),
}
_MIXED = {"Dense", "BatchNormalization"}  # and with the policy `mixed_float16`
_DTYPES = ("float32", "int32", "int64")
_FUNCTIONS = (
    "linear",
    "relu",
    "elu",
    "selu",
    "gelu",
    "swish",
    "tanh",
    "sigmoid",
    "softmax",
    "softplus",
    "softsign",
    "exponential",
)
_ARGUMENTS = {"value": "value_shape", "key": "key_shape"}  # tensors of a call of attention
_STATEFUL = (*_RECURRENT, "ConvLSTM2D", "Bidirectional", "RNN")
_TRAINING = ("_initializer", "_regularizer", "_constraint")  # nothing of a prediction
_FLAGS = ("use_causal_mask", "return_attention_scores")


def gone(config: object, *, archived: bool = False) -> list[str]:
    """Return the names of such arguments in the layers of a model, and what is told otherwise.

    Keras 3 takes some of HDF5 that it does not of an archive (`archived`).
    """
    names = [name for _, name in _uses(config, 0, archived=archived)]
    return list(dict.fromkeys(names))


def without(config: object, *, archived: bool = False) -> dict[str, Any] | None:
    """Return the configuration of a model as Keras 3 takes it, without what trained it.

    None where Keras 3 would not do what it says, or it has what was not tried in both.
    """
    made = None if _is_masked(config) else _model(config, 0)
    if made is None or not archived:
        return made
    return {key: value for key, value in _placed(made).items() if key != "compile_config"}


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


def _is_masked(config: object) -> bool:
    """Whether a mask may reach a layer that takes it otherwise in Keras 3.

    Layers that merge join masks by `or`, where Keras 2 joins them by `and`, and takes a tensor
    without one for unmasked. Attention heeds masks since Keras 2.10.
    """
    masks = takes = False
    waiting = [config]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            kind = str(node.get("class_name"))
            masks = masks or kind == "Masking" or node.get("mask_zero") not in (None, False)
            takes = takes or "Attention" in kind or kind in MERGES
            waiting += [item for item in node.values() if isinstance(item, (dict, list))]
    return masks and takes


def _layer(item: dict[str, Any], depth: int) -> dict[str, Any] | None:
    """Return a layer as Keras 3 takes it, None where that was not tried."""
    kind, held, calls = item.get("class_name"), item.get("config"), _calls(item)
    if calls is None or depth > _DEPTH:
        return None
    if kind in _MODELS:
        return _model(item, depth + 1)
    if isinstance(kind, str) and kind in _WRAPPERS and isinstance(held, dict):
        return _wrapper({**item, **calls}, kind, held, depth)
    if not _is_tried(item) or not isinstance(kind, str) or not isinstance(held, dict):
        return None
    given = list(_arguments(kind, held))
    if any(_GONE[name][0] not in (_ANY, value) for value, name in given):
        return None
    return {**item, **calls, "config": _kept(kind, held)}


def _wrapper(
    item: dict[str, Any], kind: str, held: dict[str, Any], depth: int
) -> dict[str, Any] | None:
    """Return a layer that holds layers, these told by their module."""
    if "backward_layer" in held or held.get("dtype", "float32") not in _DTYPES:
        return None
    if held.get("time_major", False) is not False:
        return None
    made = {key: value for key, value in held.items() if key != "time_major" or kind != "RNN"}
    for key in _INNER:
        inner = held.get(key)
        if inner is None:
            continue
        layers = [
            _inner(layer, kind, depth) for layer in (inner if isinstance(inner, list) else [inner])
        ]
        if None in layers:
            return None
        made[key] = layers if isinstance(inner, list) else layers[0]
    return {**item, "config": made} if any(key in held for key in _INNER) else None


def _inner(layer: object, kind: str, depth: int) -> dict[str, Any] | None:
    if not isinstance(layer, dict) or layer.get("class_name") not in _WRAPPERS[kind]:
        return None
    made = _layer(layer, depth + 1)
    return None if made is None else {"module": "keras.layers", **_axis(made)}


def _axis(item: dict[str, Any]) -> dict[str, Any]:
    """Return a layer with the axis of a normalisation as a number."""
    held = item.get("config")
    axis: Any = held.get("axis") if isinstance(held, dict) else None
    if item.get("class_name") != "BatchNormalization" or not _is_single(axis):
        return item
    return {**item, "config": {**item["config"], "axis": axis[0]}}


def _is_single(axis: object) -> bool:
    return isinstance(axis, list) and len(axis) == 1


def _calls(item: dict[str, Any]) -> dict[str, Any] | None:
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
        if item.get("class_name") in _STATEFUL and len(_flat(node)) > 1:
            return None  # with the states that it begins with
        if all(isinstance(call, list) and _is_plain(call) for call in _flat(node)):
            made.append(node)
            continue
        attended = _attended(node, item)
        if attended is None:
            return None
        made.append(attended)
    return {"inbound_nodes": made}


def _flat(node: object) -> list[Any]:
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
    held, calls = item.get("config"), _flat(node)
    if item.get("class_name") not in _ATTENTION or len(calls) != 1 or not isinstance(held, dict):
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
    return {"class_name": "__keras_tensor__", "config": config}


def _placed(item: dict[str, Any]) -> dict[str, Any]:
    """Return a model or layer of an archive with modules, shapes and axes as Keras 3 has them."""
    kind, held = item.get("class_name"), item.get("config")
    made = dict(_axis(item))
    if kind in _MODULES and "module" in made:
        made["module"] = _MODULES[kind]
    if kind in _ATTENTION:
        made.pop("build_config", None)  # it is built by its call
    if not isinstance(held, dict):
        return made
    config = {key: value for key, value in made["config"].items() if not _is_shape(key, kind)}
    for key in ("layers", *_INNER):
        inner = config.get(key)
        if isinstance(inner, list):
            config[key] = [_placed(layer) for layer in inner]
        elif isinstance(inner, dict):
            config[key] = _placed(inner)
    return {**made, "config": config}


def _is_shape(key: str, kind: object) -> bool:
    return key == "batch_input_shape" and kind != "InputLayer"


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
        if node is None or not _is_plain(node):
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
    kept = {key: value for key, value in config.items() if key not in left}
    if kind in _ATTENTION:  # its calls take more room
        kept = {key: value for key, value in kept.items() if not key.endswith(_TRAINING)}
    if kind == "Attention" and config.get("score_mode") == "dot":
        del kept["score_mode"]  # Keras 3 looks up a function of that name
    if isinstance(kept.get("dtype"), dict):
        kept["dtype"] = _policy(kept["dtype"])
    return kept


def _only(kind: str) -> list[tuple[str, tuple[object, ...]]]:
    return [(name, values) for (of, name), values in _ONLY.items() if of == kind]


def _policy(dtype: object) -> object:
    """Return the name of a policy of Keras 2, "" for none."""
    held = dtype.get("config") if isinstance(dtype, dict) else None
    is_policy = isinstance(dtype, dict) and dtype.get("class_name") == "Policy"
    return held.get("name", "") if is_policy and isinstance(held, dict) else ""


def _is_tried(layer: dict[str, Any]) -> bool:
    held, kind = layer.get("config"), layer.get("class_name")
    if not isinstance(held, dict) or not isinstance(kind, str) or kind not in _TRIED:
        return False
    functions = [held[name] for name in ("activation", "recurrent_activation") if name in held]
    if any(held.get(name, values[0]) not in values for name, values in _only(kind)):
        return False
    if kind == "LayerNormalization" and not _is_single(held.get("axis", [-1])):
        return False
    dtype = held.get("dtype", "float32")
    mixed = kind in _MIXED and _policy(dtype) == "mixed_float16"
    return (mixed or (isinstance(dtype, str) and dtype in _DTYPES)) and all(
        isinstance(name, str) and name in _FUNCTIONS for name in functions
    )


def _arguments(kind: object, config: dict[str, Any]) -> Iterator[tuple[object, str]]:
    for name, (_, kinds) in _GONE.items():
        if kind in kinds and name in config:
            yield config[name], name


def _uses(
    config: object, depth: int, *, archived: bool, inner: bool = False
) -> Iterator[tuple[object, str]]:
    """Yield the arguments that are gone with their values, and what is told otherwise."""
    layers = _layers(config) if depth <= _DEPTH else []
    if archived and isinstance(config, dict) and _is_elsewhere(config):
        yield None, MODULES
    if _are_numbered_from_1(config, _inside(layers)):
        yield None, NUMBERED
    for item in layers:
        held, kind = item.get("config"), item.get("class_name")
        if kind in _MODELS:
            yield from _uses(item, depth + 1, archived=archived)
        elif isinstance(held, dict):
            yield from _arguments(kind, held)
            yield from _told(kind, held, archived=archived, inner=inner)
            within = [layer for key in _INNER for layer in _flat(held.get(key) or [])]
            found = [layer for layer in within if isinstance(layer, dict)]
            if isinstance(kind, str) and kind in _WRAPPERS and found:
                if any("module" not in layer for layer in found):
                    yield None, UNPLACED
                yield from _uses({"config": found}, depth + 1, archived=archived, inner=True)


def _is_elsewhere(config: dict[str, Any]) -> bool:
    """Whether the class of a model is told to be where Keras 2 has it."""
    return config.get("class_name") in _MODULES and str(config.get("module")).startswith(
        ("keras.src.engine", "keras.engine")
    )


def _told(
    kind: object, held: dict[str, Any], *, archived: bool, inner: bool
) -> Iterator[tuple[object, str]]:
    """Yield what Keras 3 wants to be told otherwise of one layer."""
    if _policy(held.get("dtype")):
        yield None, POLICIES
    if kind == "Attention" and held.get("score_mode") == "dot":
        yield None, SCORES
    if (archived or inner) and kind == "BatchNormalization" and _is_single(held.get("axis")):
        yield None, AXES
    if archived and any(_is_shape(key, kind) for key in held):
        yield None, SHAPES


def _layers(config: object) -> list[dict[str, Any]]:
    """Return the layers of a sequential or a functional model itself."""
    held = config.get("config") if isinstance(config, dict) else None
    layers = held.get("layers") if isinstance(held, dict) else held
    listed = layers if isinstance(layers, list) else []
    return listed if all(isinstance(item, dict) for item in listed) else []
