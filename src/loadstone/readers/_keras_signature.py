"""The inputs and outputs of a model, as a configuration of Keras says them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loadstone.core.facts import PortFact, SignatureFact
from loadstone.readers._plain import clean, word

_LAYERS = 5_000
_DEPTH = 16


def signature(value: object, depth: int = 0) -> SignatureFact | None:
    """Return the inputs and outputs of a configuration, as far as it says."""
    if not isinstance(value, dict) or depth > _DEPTH:
        return None
    held = value.get("config")
    body: Mapping[str, Any] = held if isinstance(held, dict) else {"layers": held}
    layers = [item for item in _items(body.get("layers")) if isinstance(item, dict)]
    if not layers:
        return None
    ports = {_layer_name(item): _port(item, depth) for item in layers}
    inputs = [name for name in _ends(body.get("input_layers")) if name in ports]
    outputs = [name for name in _ends(body.get("output_layers")) if name in ports]
    if not inputs:
        inputs = [_layer_name(layers[0])]
    return SignatureFact(
        "",
        tuple(ports[name] for name in inputs[:1000]),
        tuple(PortFact(name) for name in (outputs or [_layer_name(layers[-1])])[:1000]),
    )


def _layer_name(layer: Mapping[str, Any]) -> str:
    config = layer.get("config")
    inner = config.get("name") if isinstance(config, dict) else None
    return word(inner) or word(layer.get("name")) or word(layer.get("class_name"))


def _port(layer: Mapping[str, Any], depth: int) -> PortFact:
    config = layer.get("config")
    name = _layer_name(layer)
    if isinstance(config, dict):
        sizes = config.get("batch_shape", config.get("batch_input_shape"))
        dtype = config.get("input_dtype", config.get("dtype"))
        if isinstance(sizes, list) and len(sizes) < 64:
            plain = [item if type(item) is int and item >= 0 else None for item in sizes]
            return PortFact(name, word(dtype, 40) or None, tuple(plain))
        if layer.get("class_name") in ("Sequential", "Functional", "Model"):
            inside = signature(layer, depth + 1)
            if inside is not None and inside.inputs:
                return PortFact(name, inside.inputs[0].dtype, inside.inputs[0].shape)
    return PortFact(name)


def _ends(value: object) -> list[str]:
    """Return the layers of `input_layers`: lists of name and place, nested as the model is."""
    found: list[str] = []
    waiting: list[tuple[object, int]] = [(value, 0)]
    while waiting:
        node, depth = waiting.pop()
        if isinstance(node, dict) and depth < 8:
            waiting += [(item, depth + 1) for item in reversed(node.values())]
        elif isinstance(node, list) and depth < 8:
            if node and isinstance(node[0], str):
                found.append(clean(node[0], 500))
            else:
                waiting += [(item, depth + 1) for item in reversed(node[:1000])]
    return found


def _items(value: object) -> list[Any]:
    return value[:_LAYERS] if isinstance(value, list) else []
