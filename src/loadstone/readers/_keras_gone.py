"""Arguments that layers of Keras 2 have and those of Keras 3 do not, and what they say.

https://keras.io/guides/migrating_to_keras_3/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from loadstone.readers import _keras_names, _keras_ops
from loadstone.readers._keras_nodes import (
    are_counted,
    are_numbered_from_1,
    calls_of,
    counted,
    flat,
    is_graph,
    layers_of,
)
from loadstone.readers._keras_tried import (
    ANY,
    ATTENTION,
    DTYPES,
    GONE,
    WRAPPERS,
    arguments,
    is_single,
    is_tried,
    kept,
    policy,
)
from loadstone.runtime.keras_backends import MERGES

_DEPTH = 8  # of models inside models
_MODELS = ("Sequential", "Functional")
_MODULES = {"Functional": "keras.src.models.functional", "Sequential": "keras"}  # in an archive
_INNER = ("layer", "cell", "cells")  # where a layer holds layers
# what Keras 3 wants to be told otherwise
NUMBERED = "models inside"  # their calls are counted from 0, and by Keras 2 from 1
UNPLACED = "layers inside wrappers"  # by the module of their class, which Keras 2 leaves out
POLICIES = "policies of dtypes"  # by their names
SCORES = "scores of attention"  # by leaving the default out
AXES = "axes of normalisation"  # as numbers, and not as lists
SHAPES = "shapes of inputs"  # of the input layers alone
MODULES = "modules of models"  # by their places in Keras 3


def gone(config: object, *, archived: bool = False) -> list[str]:
    """Return the names of such arguments in the layers of a model, and what is told otherwise.

    Keras 3 takes some of HDF5 that it does not of an archive (`archived`).
    """
    names = [name for _, name in _uses(config, 0, archived=archived)]
    return list(dict.fromkeys(names))


def without(
    config: object, *, archived: bool = False, own: bool = False, ops: bool = False
) -> dict[str, Any] | None:
    """Return the configuration of a model as Keras 3 takes it, without what trained it.

    Layers and functions that are not Keras's own are left as they are with `own`. Functions of
    TensorFlow are operations with `ops`, for who compares predictions. None where Keras 3 would not
    do what it says, or it has what was not tried in both.
    """
    masked = _is_masked(config, own=own and not ops)
    made = None if masked else _model(config, 0, own=own, ops=ops)
    if made is None or not archived:
        return made
    return {key: value for key, value in _placed(made).items() if key != "compile_config"}


def untried(config: object, *, own: bool = False, ops: bool = False, depth: int = 0) -> list[str]:
    """Return the layers, by class, that `without` declines; of TensorFlow's by their function."""
    found: dict[str, None] = {}
    for item in layers_of(config) if depth <= _DEPTH else []:
        kind, held = item.get("class_name"), item.get("config")
        if kind in _MODELS:
            inner = untried(item, own=own, ops=ops, depth=depth + 1)
            found |= dict.fromkeys(inner)
        elif _layer(item, depth, own=own, ops=ops) is None:
            function = held.get("function") if isinstance(held, dict) else None
            named = kind in _keras_ops.KINDS and isinstance(function, str)
            found[str(function if named else kind)] = None
    return list(found)


def _model(
    config: object, depth: int, *, own: bool = False, ops: bool = False
) -> dict[str, Any] | None:
    layers = layers_of(config)
    if not isinstance(config, dict) or not layers or depth > _DEPTH:
        return None
    made = [_layer(item, depth, own=own, ops=ops) for item in layers]
    whole = [item for item in made if item is not None]
    if len(whole) < len(layers):
        return None
    if isinstance(config["config"], list):
        return {**config, "config": whole}
    held = {**config["config"], "layers": whole}
    inside = _inside(layers)
    if inside and is_graph(layers):
        if not are_counted(held, inside):
            return None
        held = {
            **held,
            "layers": [
                {**item, "inbound_nodes": counted(item["inbound_nodes"], inside)} for item in whole
            ],
            "output_layers": counted(held["output_layers"], inside),
        }
    return {**config, "config": held}


def _is_masked(config: object, *, own: bool) -> bool:
    """Whether a mask may reach a layer that takes it otherwise in Keras 3.

    Layers that merge join masks by `or`, where Keras 2 joins them by `and`, and takes a tensor
    without one for unmasked. Attention heeds masks since Keras 2.10. What a layer that is not
    Keras's own does with one is not known.
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
            takes = takes or "Attention" in kind or kind in MERGES or kind in _keras_ops.KINDS
            takes = takes or (own and "config" in node and not _keras_names.is_own(kind))
            waiting += [item for item in node.values() if isinstance(item, (dict, list))]
    return masks and takes


def _layer(  # noqa: PLR0911 - one return a kind of layer
    item: dict[str, Any], depth: int, *, own: bool = False, ops: bool = False
) -> dict[str, Any] | None:
    """Return a layer as Keras 3 takes it, None where that was not tried."""
    if ops and item.get("class_name") in _keras_ops.KINDS:
        return _keras_ops.operation(item)
    kind, held, calls = item.get("class_name"), item.get("config"), calls_of(item)
    if calls is None or depth > _DEPTH or not isinstance(kind, str):
        return None
    if kind in _MODELS:
        return _model(item, depth + 1, own=own, ops=ops)
    if own and not _keras_names.is_own(kind):
        return {**item, **calls}
    if kind in WRAPPERS and isinstance(held, dict):
        return _wrapper({**item, **calls}, kind, held, depth)
    if not isinstance(held, dict) or not is_tried(item, own=own) or _is_other(kind, held):
        return None
    return {**item, **calls, "config": kept(kind, held)}


def _is_other(kind: str, held: dict[str, Any]) -> bool:
    """Whether an argument that is gone says what Keras 3 does not do."""
    return any(GONE[name][0] not in (ANY, value) for value, name in arguments(kind, held))


def _wrapper(
    item: dict[str, Any], kind: str, held: dict[str, Any], depth: int
) -> dict[str, Any] | None:
    """Return a layer that holds layers, these told by their module."""
    if "backward_layer" in held or held.get("dtype", "float32") not in DTYPES:
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
    if not isinstance(layer, dict) or layer.get("class_name") not in WRAPPERS[kind]:
        return None
    made = _layer(layer, depth + 1)
    return None if made is None else {"module": "keras.layers", **_axis(made)}


def _axis(item: dict[str, Any]) -> dict[str, Any]:
    """Return a layer with the axis of a normalisation as a number."""
    held = item.get("config")
    axis: Any = held.get("axis") if isinstance(held, dict) else None
    if item.get("class_name") != "BatchNormalization" or not is_single(axis):
        return item
    return {**item, "config": {**item["config"], "axis": axis[0]}}


def _placed(item: dict[str, Any]) -> dict[str, Any]:
    """Return a model or layer of an archive with modules, shapes and axes as Keras 3 has them."""
    kind, held = item.get("class_name"), item.get("config")
    made = dict(_axis(item))
    if kind in _MODELS and "module" in made:
        made["module"] = _MODULES[kind]
    if kind in ATTENTION:
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


def _uses(
    config: object, depth: int, *, archived: bool, inner: bool = False
) -> Iterator[tuple[object, str]]:
    """Yield the arguments that are gone with their values, and what is told otherwise."""
    layers = layers_of(config) if depth <= _DEPTH else []
    if archived and isinstance(config, dict) and _is_elsewhere(config):
        yield None, MODULES
    if are_numbered_from_1(config, _inside(layers)):
        yield None, NUMBERED
    for item in layers:
        held, kind = item.get("config"), item.get("class_name")
        if kind in _MODELS:
            yield from _uses(item, depth + 1, archived=archived)
        elif isinstance(held, dict):
            yield from arguments(kind, held)
            yield from _told(kind, held, archived=archived, inner=inner)
            within = [layer for key in _INNER for layer in flat(held.get(key) or [])]
            found = [layer for layer in within if isinstance(layer, dict)]
            if isinstance(kind, str) and kind in WRAPPERS and found:
                if any("module" not in layer for layer in found):
                    yield None, UNPLACED
                yield from _uses({"config": found}, depth + 1, archived=archived, inner=True)


def _is_elsewhere(config: dict[str, Any]) -> bool:
    """Whether the class of a model is told to be where Keras 2 has it."""
    return config.get("class_name") in _MODELS and str(config.get("module")).startswith(
        ("keras.src.engine", "keras.engine")
    )


def _told(
    kind: object, held: dict[str, Any], *, archived: bool, inner: bool
) -> Iterator[tuple[object, str]]:
    """Yield what Keras 3 wants to be told otherwise of one layer."""
    if policy(held.get("dtype")):
        yield None, POLICIES
    if kind == "Attention" and held.get("score_mode") == "dot":
        yield None, SCORES
    if (archived or inner) and kind == "BatchNormalization" and is_single(held.get("axis")):
        yield None, AXES
    if archived and any(_is_shape(key, kind) for key in held):
        yield None, SHAPES
