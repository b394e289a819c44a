"""A model's configuration as every Keras writes it: layers, names that it needs, code, inputs.

https://keras.io/guides/serialization_and_saving/
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from loadstone.core.classes import dataclass, field
from loadstone.core.facts import GlobalFact, ModuleFact
from loadstone.readers import _keras_calls, _keras_code, _keras_names
from loadstone.readers._keras_code import Bytecode
from loadstone.readers._plain import clean, word
from loadstone.runtime import keras_backends

_NODES = 100_000
_DEPTH = 40
_MODULES = 5_000
_LAYERS = ("layers", "layer", "backward_layer", "forward_layer", "cell", "cells", "model")
_KEPT = 24
_PACKAGES = ("Custom", "Keras")  # under which Keras itself registered classes
_MODELS = ("Sequential", "Functional", "Model")
_FUNCTIONS = ("activation", "recurrent_activation")
_SHORT = 200
_LIST = 100
CUSTOM = "custom_objects"  # where Keras looks up what it does not have itself


@dataclass(frozen=True, slots=True)
class Lambda:
    """One piece of bytecode in the configuration."""

    path: str
    code: Bytecode


@dataclass(slots=True)
class Config:
    """What a configuration says."""

    modules: list[ModuleFact] = field(default_factory=list)
    globals: dict[str, GlobalFact] = field(default_factory=dict)  # that Keras does not have
    training: dict[str, GlobalFact] = field(default_factory=dict)  # of those, only to train
    lambdas: list[Lambda] = field(default_factory=list)
    imports: dict[str, str] = field(default_factory=dict)  # module to the first name in it
    called: list[str] = field(default_factory=list)  # other code that building it calls
    external: list[str] = field(default_factory=list)  # what loads something elsewhere, or may
    operations: dict[str, int] = field(default_factory=dict)  # of TensorFlow, wrapped in layers
    classes: dict[str, int] = field(default_factory=dict)  # of layers, with their uses
    with_torch: list[str] = field(default_factory=list)  # layers that torch computes otherwise
    policies: dict[str, None] = field(default_factory=dict)
    root: str = ""
    whole: bool = True  # nothing was left out


def read(value: object, training: object = None) -> Config:
    """Return what the configurations of a model and of its training say."""
    found = Config()
    _walk(found, value, training=False)
    if isinstance(value, dict):
        found.root = word(value.get("class_name"))
    _walk(found, training, training=True)
    return found


def _walk(found: Config, value: object, *, training: bool) -> None:
    waiting: list[tuple[object, str, str, int]] = [(value, "", "layers", 0)]
    left = _NODES
    while waiting:
        node, path, key, depth = waiting.pop()
        left -= 1
        if depth > _DEPTH or left < 0:
            found.whole = False
            continue
        if isinstance(node, list):
            waiting += [(item, path, key, depth + 1) for item in reversed(node)]
        elif isinstance(node, dict):
            here = _object(found, node, path, key, training=training)
            _outside(found, node, here, is_layer=key in _LAYERS and not training)
            flat = node.get("class_name") == "Sequential" and not training  # before 2.2.3
            waiting += [
                (item, here, "layers" if flat and isinstance(item, list) else name, depth + 1)
                for name, item in reversed(node.items())
                if isinstance(item, dict | list)
            ]
            _named(found, node, key, training=training)


def _object(found: Config, node: Mapping[str, Any], path: str, key: str, *, training: bool) -> str:
    """Add what a configuration describes; return the path of what is inside of it."""
    name = word(node.get("class_name"))
    if not name:
        return path
    held = node.get("config")
    config: Mapping[str, Any] = held if isinstance(held, dict) else {}
    module, registered = word(node.get("module")), word(node.get("registered_name"))
    if name == "__lambda__":
        _lambda(found, config, path)
        return path
    if module == "builtins" and name == "function":
        _need(found, "", word(held), registered="", training=training)
        return path
    is_layer = key in _LAYERS and not training
    own = word(config.get("name")) or word(node.get("name"))
    here = f"{path}/{own}" if path and own else path or own
    if not found.modules and is_layer:
        here = ""  # the root
    _code(found, name.rpartition(">")[2], config, here)
    _need(found, module, name, registered=registered, training=training)
    if name.endswith("DTypePolicy") or name in ("Policy", "PolicyV1"):
        found.policies.setdefault(word(config.get("name")))
    if is_layer:
        full = registered or name  # Keras 2 writes the registered name as the class
        if keras_backends.is_other_with_torch(name, config, _rank(node)):
            found.with_torch.append(here[:500])
        attributes = {"training": True} if _is_trained(node.get("inbound_nodes")) else {}
        place = _place(module, full, name)
        _layer(found, place, name.rpartition(">")[2], config, here, attributes)
    return here if is_layer else path


def _outside(found: Config, node: Mapping[str, Any], path: str, *, is_layer: bool) -> None:
    """Add what an object makes Keras call or load beside its own classes."""
    if word(node.get("class_name")):
        for item in _keras_calls.outside(node, path, is_layer=is_layer):
            into = found.called if item.runs else found.external
            into += [item.text[:300]] if len(into) < _LIST else []


def _place(module: str, registered: str, name: str) -> str:
    """Return where a layer's class is to be had: in Keras, in its module, or from the user."""
    package, _, last = registered.rpartition(">")
    if package and not (package in _PACKAGES and _keras_names.is_own(last)):
        return package[:200]
    if module and module.partition(".")[0] not in _keras_calls.OWN:
        return module[:200]
    if not _keras_names.is_own(name):
        return CUSTOM
    return "keras.models" if name in _MODELS else "keras.layers"


def _rank(node: Mapping[str, Any]) -> int | None:
    """Return the rank of what a layer was built for, where its configuration says it."""
    built = node.get("build_config")
    shape = built.get("input_shape") if isinstance(built, dict) else None
    return len(shape) if isinstance(shape, list) else None


def _is_trained(calls: object) -> bool:
    """Whether a layer is called with `training=True`: in Keras 2's lists, or Keras 3's objects."""
    waiting, left = [calls], 1_000
    while waiting and left:
        left -= 1
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            given = node.get("kwargs", node)
            if isinstance(given, dict) and given.get("training") in (True, 1):
                return True
    return False


def _layer(  # noqa: PLR0917 - private, called once
    found: Config,
    place: str,
    name: str,
    config: Mapping[str, Any],
    path: str,
    called: Mapping[str, bool],
) -> None:
    if len(found.modules) >= _MODULES:
        found.whole = False
        return
    kept: dict[str, str | int | float | bool | None] = {**called}
    for key, value in config.items():
        if key == "dtype" and isinstance(value, dict):
            inner = value.get("config")
            kept[key] = word(inner.get("name")) if isinstance(inner, dict) else None
        elif isinstance(value, float) and not math.isfinite(value):
            kept[key] = str(value)
        elif isinstance(value, str | int | float | bool) and len(str(value)) <= _SHORT:
            kept[clean(key)] = clean(value) if isinstance(value, str) else value
        if len(kept) >= _KEPT:
            break
    found.modules.append(ModuleFact(path[:500], place, name[:200], kept))
    found.classes[name[:200]] = found.classes.get(name[:200], 0) + 1
    if name in ("TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer"):
        function = word(config.get("function")) or name
        found.operations[function] = found.operations.get(function, 0) + 1


def _code(found: Config, name: str, config: Mapping[str, Any], path: str) -> None:
    """Add the bytecode of a layer, wherever one stands."""
    for key in ("function", "output_shape", "mask", "mode") if name in ("Lambda", "Merge") else ():
        code, said = config.get(key), word(config.get(f"{key}_type"))
        if isinstance(code, list) and code and said in ("lambda", ""):
            _add(found, code[0], path)
        elif said == "lambda":
            _add(found, code, path)


def _lambda(found: Config, config: Mapping[str, Any], path: str) -> None:
    value = config.get("value")  # as Keras 2.13 to 2.15 have it, with defaults and a closure
    code = config.get("code", value[0] if isinstance(value, list) and value else value)
    if isinstance(code, str):
        _add(found, code, path)


def _add(found: Config, code: object, path: str) -> None:
    if isinstance(code, str) and len(found.lambdas) < 100:
        found.lambdas.append(Lambda(path[:300], _keras_code.describe(code)))


def _need(found: Config, module: str, name: str, *, registered: str, training: bool) -> None:
    """Note a class or function that Keras does not have itself."""
    top = module.partition(".")[0]
    full = registered if ">" in registered else name
    if not full or len(found.globals) >= 1000:
        return
    if module and top not in _keras_calls.OWN:
        found.imports.setdefault(module, full)
    elif (top in ("keras", "tf_keras", "keras_core") and ">" not in full) or (
        ">" not in full and _keras_names.is_own(name)
    ):
        return
    package, _, last = full.rpartition(">")
    if package in _PACKAGES and _keras_names.is_own(last):
        return
    if not module or top in _keras_calls.OWN:
        module = _keras_names.module_of(full) or package or CUSTOM
    fact = GlobalFact(module[:200], last[:200], ("config",))
    into = found.training if training else found.globals
    if full not in found.globals:
        into.setdefault(full, fact)


def _named(found: Config, node: Mapping[str, Any], key: str, *, training: bool) -> None:
    """Note functions that are named by a string alone: activations, losses, metrics."""
    wanted = ("loss", "metrics", "weighted_metrics") if training else _FUNCTIONS
    if not training and key != "config":
        return
    for name in wanted:
        for text in _strings(node.get(name)):
            if text and "." not in text and not _keras_names.is_own(text):
                _need(found, "", text, registered="", training=training)


def _strings(value: object) -> Iterator[str]:
    """Yield the strings in nested lists and dictionaries, but not inside of objects."""
    waiting = [(value, 0)]
    while waiting:
        node, depth = waiting.pop()
        if isinstance(node, str):
            yield clean(node)
        elif isinstance(node, list) and depth < 4:
            waiting += [(item, depth + 1) for item in node[:1000]]
        elif isinstance(node, dict) and depth < 4 and "class_name" not in node:
            waiting += [(item, depth + 1) for item in list(node.values())[:1000]]
