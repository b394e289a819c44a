"""A program of PaddlePaddle 3 in JSON: its operators, its parameters, what is fed and fetched.

https://github.com/PaddlePaddle/Paddle/blob/develop/paddle/fluid/pir/serialize_deserialize
"""

from __future__ import annotations

from typing import Any

from loadstone.core.facts import PortFact, SignatureFact, TensorFact
from loadstone.readers import _dense
from loadstone.readers._plain import clean, mapping, sequence

__all__ = ["PARAMETER", "Program"]

PARAMETER = "p"  # the operator that stands for a parameter
_OPS = 5000
_PORTS = 2000
_NAME = 3  # the place of a parameter's name among its attributes
_FED, _FETCHED = "1.data", "1.fetch"
_TYPES = {
    "0.t_bool": "bool",
    "0.t_ui8": "uint8",
    "0.t_f16": "float16",
    "0.t_bf16": "bfloat16",
    "0.t_f32": "float32",
    "0.t_f64": "float64",
    "0.t_c64": "complex64",
    "0.t_c128": "complex128",
    "0.t_f8e4m3fn": "float8_e4m3fn",
    "0.t_f8e5m2": "float8_e5m2",
} | {f"0.t_i{bits}": f"int{bits}" for bits in (8, 16, 32, 64)}
_Type = tuple[str | None, tuple[int | None, ...] | None]


class Program:
    """What the operators of a program say, those of blocks inside of others too."""

    def __init__(self, value: Any) -> None:
        self.ops: dict[str, int] = {}
        self.held: dict[str, TensorFact] = {}
        self.inputs: list[PortFact] = []
        self.outputs: list[PortFact] = []
        waiting = [mapping(value).get("program")]
        while waiting and len(self.ops) < _OPS:
            node = waiting.pop()
            if isinstance(node, list):
                waiting += reversed(node)
            elif isinstance(node, dict):
                name = node.get("#")
                if isinstance(name, str) and {"I", "O"} & node.keys():
                    self._op(name[:200], node)
                waiting += [node[key] for key in ("regions", "blocks", "ops") if key in node]

    @property
    def signature(self) -> SignatureFact:
        """What is fed and fetched, in order."""
        return SignatureFact("", tuple(self.inputs), tuple(self.outputs))

    def _op(self, name: str, node: dict[str, Any]) -> None:
        self.ops[name] = self.ops.get(name, 0) + 1
        if name == PARAMETER:
            attributes = sequence(node.get("A"))
            key = attributes[_NAME] if len(attributes) > _NAME else None
            word, sizes = _type(node.get("O"))
            shape = tuple(size for size in sizes or () if size is not None)
            if isinstance(key, str) and word and sizes is not None and len(shape) == len(sizes):
                self.held[clean(key)] = TensorFact(word, shape)
        elif name == _FED and len(self.inputs) < _PORTS:
            self.inputs.append(PortFact(_name(node), *_first(node)))
        elif name == _FETCHED and len(self.outputs) < _PORTS:
            self.outputs.append(PortFact(_name(node), *_first(node)))


def _first(node: dict[str, Any]) -> _Type:
    return _type(next(iter(sequence(node.get("O"))), None))


def _type(value: Any) -> _Type:
    """Return element type and sizes of the type that stands beside a value."""
    told = mapping(mapping(value).get("TT")).get("D")
    if not isinstance(told, list) or len(told) < 2:
        return None, None
    kind, sizes = mapping(told[0]).get("#"), told[1]
    word = _TYPES.get(kind) if isinstance(kind, str) else None
    if not isinstance(sizes, list) or not all(type(size) is int for size in sizes):
        return word, None
    whole = [max(size, 0) for size in sizes]
    if not _dense.is_shape(whole):
        return word, None
    return word, tuple(size if size >= 0 else None for size in sizes)


def _name(node: dict[str, Any]) -> str:
    for item in sequence(node.get("A")):
        if mapping(item).get("N") == "name":
            word = mapping(mapping(item).get("AT")).get("D")
            return clean(word) if isinstance(word, str) else ""
    return ""
