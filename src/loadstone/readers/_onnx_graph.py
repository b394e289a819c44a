"""The graphs of an ONNX model: nodes, initializers, inputs, and the graphs inside nodes.

https://github.com/onnx/onnx/blob/main/docs/IR.md
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator

from loadstone.core.classes import dataclass, field
from loadstone.core.facts import Damage, PortFact, StateDict, TensorFact
from loadstone.readers._onnx_tensor import DTYPES, External, tensor
from loadstone.readers._protobuf import FIXED32, Field, NotProtobuf, Wire, signed

_DEPTH = 16
_TENSORS = 80_000
_OPS = 5000
_DAMAGE = 100
_PORTS = 2000
_AXES = 64
_ATTRIBUTE_TENSORS = {5, 10}
_ATTRIBUTE_GRAPHS = {6, 11}


@dataclass(slots=True)
class Kept:
    """What all graphs of one model together hold."""

    external: External
    tensors: dict[str, dict[str, TensorFact]] = field(default_factory=dict)  # by graph
    others: dict[str, dict[str, str]] = field(default_factory=dict)
    ops: dict[str, int] = field(default_factory=dict)
    damage: list[Damage] = field(default_factory=list)
    disagreements: list[Damage] = field(default_factory=list)
    count: int = 0
    rounded: float = 0.0  # what float32 takes off an input of a Scaler, in its own units

    def op(self, domain: str, name: str) -> None:
        """Count one use of an operator."""
        word = f"{domain}::{name}" if domain not in ("", "ai.onnx") else name
        if word in self.ops or len(self.ops) < _OPS:
            self.ops[word] = self.ops.get(word, 0) + 1

    def add(self, wire: Wire, found: Field, graph: str) -> None:
        """Take up an initializer."""
        self.count += 1
        if self.count > _TENSORS:
            raise NotProtobuf("it has more initializers than the limit", found.value, "limit")
        name, fact, other, damage = tensor(wire, found.value, found.end, self.external)
        self.damage += damage[: max(0, _DAMAGE - len(self.damage))]
        held = self.tensors.setdefault(graph, {})
        if name in held and len(self.disagreements) < _DAMAGE:
            why = f"two initializers are named `{name[:80]}`"
            self.disagreements.append(
                Damage("duplicate-name", why, found.value, {"key": name[:200]})
            )
        if fact is None:
            self.others.setdefault(graph, {})[name] = other
        else:
            held[name] = fact

    def states(self) -> Iterator[StateDict]:
        """Yield a state dict for each graph that has initializers; the main graph's first."""
        names = dict.fromkeys((*self.tensors, *self.others))
        for graph in sorted(names, key=bool):
            held, others = self.tensors.get(graph, {}), self.others.get(graph, {})
            if held or others:
                yield StateDict(graph, held, others, "other" if graph else "model")

    def bounded(self) -> None:
        """Keep as much damage as anyone reads."""
        del self.damage[_DAMAGE:]


class Graph:
    """One GraphProto."""

    def __init__(self, wire: Wire, kept: Kept) -> None:
        self.wire = wire
        self.kept = kept
        self.name = ""
        self.inputs: list[Field] = []
        self.outputs: list[Field] = []

    def read(self, found: Field, path: str, depth: int = 0) -> None:
        """Walk the graph that a field holds; its initializers are kept under `path`."""
        if depth > _DEPTH:
            raise NotProtobuf("graphs are nested too deeply", found.value, "limit")
        for item in self.wire.inside(found):
            match item.number:
                case 1:
                    self.node(item, path, depth)
                case 2:
                    self.name = self.wire.text(item, 200)
                case 5:
                    self.kept.add(self.wire, item, path)
                case 11 if len(self.inputs) < _PORTS:
                    self.inputs.append(item)
                case 12 if len(self.outputs) < _PORTS:
                    self.outputs.append(item)
                case 15:
                    self._sparse(item, path)

    def node(self, found: Field, path: str, depth: int) -> None:
        """Count a node's operator, and walk the graphs that are its attributes."""
        name = op = domain = ""
        attributes: list[Field] = []
        for item in self.wire.inside(found):
            match item.number:
                case 3:
                    name = self.wire.text(item, 100)
                case 4:
                    op = self.wire.text(item, 200)
                case 5:
                    attributes.append(item)
                case 7:
                    domain = self.wire.text(item, 200)
        self.kept.op(domain, op)
        if op == "Scaler" and domain == "ai.onnx.ml":
            self._scaler(attributes)
        for attribute in attributes:
            self._attribute(attribute, f"{path}.{name or op}" if path else name or op, depth)

    def _scaler(self, attributes: list[Field]) -> None:
        """Note how much of a column is lost where its offset is a number of float32."""
        held: dict[str, list[float]] = {}
        for attribute in attributes:
            parts = self.wire.grouped(attribute)
            name = self.wire.text(parts[1][0], 60) if 1 in parts else ""
            held[name] = [number for part in parts.get(7, ())[:_PORTS] for number in _floats(part)]
        for offset, scale in zip(held.get("offset", ()), held.get("scale", ()), strict=False):
            lost = abs(offset) * 2.0**-24 * abs(scale)
            if math.isfinite(lost):
                self.kept.rounded = max(self.kept.rounded, lost)

    def _attribute(self, found: Field, path: str, depth: int) -> None:
        name = ""
        for item in self.wire.inside(found):
            if item.number == 1:
                name = self.wire.text(item, 60)
            elif item.number in _ATTRIBUTE_GRAPHS:
                Graph(self.wire, self.kept).read(item, f"{path}.{name}"[:1000], depth + 1)
            elif item.number in _ATTRIBUTE_TENSORS:
                self._constant(item)

    def _constant(self, found: Field) -> None:
        """Look at a tensor of an attribute only for a file of its own."""
        _, _, _, damage = tensor(self.wire, found.value, found.end, self.kept.external)
        self.kept.damage += damage[: max(0, _DAMAGE - len(self.kept.damage))]

    def _sparse(self, found: Field, path: str) -> None:
        """Take up a sparse initializer; it is named by its values."""
        values, dims = None, []
        for item in self.wire.inside(found):
            if item.number == 1:
                values = item
            elif item.number == 3:
                dims += [signed(size) for size in self.wire.numbers(item)][:_AXES]
        if values is None:
            return
        name, fact, other, _ = tensor(self.wire, values.value, values.end, self.kept.external)
        word = fact.dtype if fact else other
        shape = "×".join(map(str, dims[:_AXES]))
        self.kept.others.setdefault(path, {})[name] = f"sparse tensor {word} {shape}"


def _floats(found: Field) -> tuple[float, ...]:
    """Return a number of a list that is not packed, as ONNX writes them."""
    if found.wire != FIXED32:
        return ()
    return struct.unpack("<f", found.value.to_bytes(4, "little"))


def pair(wire: Wire, found: Field) -> tuple[str, str]:
    """Return key and value of a StringStringEntryProto."""
    held = {item.number: wire.text(item) for item in wire.inside(found)}
    return held.get(1, ""), held.get(2, "")


def port(wire: Wire, found: Field) -> PortFact:
    """Return an input or an output, as a ValueInfoProto says it."""
    name, dtype, shape = "", None, None
    for item in wire.inside(found):
        if item.number == 1:
            name = wire.text(item)
        elif item.number == 2:
            dtype, shape = _type(wire, item)
    return PortFact(name, dtype, shape)


def _type(wire: Wire, found: Field) -> tuple[str | None, tuple[int | str | None, ...] | None]:
    dtype, shape = None, None
    for kind in wire.inside(found):
        if kind.number not in {1, 8}:  # a tensor, dense or sparse; sequences and maps have no shape
            continue
        for item in wire.inside(kind):
            if item.number == 1:
                dtype = DTYPES.get(item.value)
            elif item.number == 2:
                shape = tuple(_axis(wire, axis) for axis in wire.inside(item))[:_AXES]
    return dtype, shape


def _axis(wire: Wire, found: Field) -> int | str | None:
    size: int | str | None = None
    for item in wire.inside(found):
        if item.number == 1:
            size = signed(item.value)
        elif item.number == 2:
            size = wire.text(item, 200) or None
    return None if isinstance(size, int) and size < 0 else size
