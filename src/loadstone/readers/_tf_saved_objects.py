"""The Python objects of a TF2 SavedModel: what they are, their functions and their variables.

https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/saved_object_graph.proto
"""

from __future__ import annotations

from collections import Counter

from loadstone.core.classes import dataclass, field
from loadstone.core.facts import PortFact, TensorFact
from loadstone.readers import _tf_dtypes
from loadstone.readers._protobuf import BYTES, VARINT, Field, Wire
from loadstone.readers._tf_objects import child, paths

_KINDS = {
    4: "user_object",
    5: "asset",
    6: "function",
    7: "variable",
    8: "bare_concrete_function",
    9: "constant",
    10: "resource",
    12: "captured_tensor",
}
_NODES = 50_000
_DEPTH = 20


@dataclass(slots=True)
class Object:
    """One node: its kind, its attributes, and what its kind says."""

    kind: str = "user_object"
    children: list[tuple[str, int]] = field(default_factory=list)
    identifier: str = ""  # of a user object: `_tf_keras_layer`, `optimizer`, …
    metadata: str = ""  # JSON that Keras kept here before 2.5
    concrete: list[str] = field(default_factory=list)  # functions traced for this one
    variable: TensorFact | None = None
    name: str = ""  # of the variable
    slots: int = 0


@dataclass(slots=True)
class Objects:
    """The nodes, the first being the root, and the arguments of the traced functions."""

    nodes: list[Object] = field(default_factory=list)
    arguments: dict[str, tuple[PortFact, ...]] = field(default_factory=dict)

    def kinds(self) -> Counter[str]:
        """Return how many nodes of each kind there are."""
        return Counter(node.kind for node in self.nodes)

    def paths(self) -> list[str]:
        """Return the dotted path from the root to every node."""
        return paths([node.children for node in self.nodes])


def read(wire: Wire, objects: Objects, start: int, end: int) -> None:
    """Fill `objects` from the `SavedObjectGraph` in [start, end).

    Raises `NotProtobuf`, with all that came before it filled in.
    """
    for item in wire.fields(start, end):
        if item.number == 1 and item.wire == BYTES and len(objects.nodes) < _NODES:
            objects.nodes.append(Object())
            _node(wire, item, objects.nodes[-1])
        elif item.number == 2 and len(objects.arguments) < _NODES:
            _concrete(wire, item, objects)


def _node(wire: Wire, item: Field, node: Object) -> None:
    for inner in wire.inside(item):
        if inner.number == 1:
            node.children.append(child(wire, inner))
        elif inner.number == 3:
            node.slots += 1
        elif inner.number in _KINDS:
            node.kind = _KINDS[inner.number]
            if inner.number == 4:
                _user(wire, inner, node)
            elif inner.number == 6:
                node.concrete = [
                    wire.text(part, 500) for part in wire.inside(inner) if part.number == 1
                ][:1000]
            elif inner.number == 7:
                _variable(wire, inner, node)


def _user(wire: Wire, item: Field, node: Object) -> None:
    for part in wire.inside(item):
        if part.number == 1:
            node.identifier = wire.text(part, 200)
        elif part.number == 3 and part.length:
            node.metadata = wire.text(part, 1 << 20)


def _variable(wire: Wire, item: Field, node: Object) -> None:
    kind: str | None = None
    shape: _tf_dtypes.Shape | None = ()
    for part in wire.inside(item):
        if part.number == 1 and part.wire == VARINT:
            kind = _tf_dtypes.dtype(part.value)
        elif part.number == 2:
            shape = _tf_dtypes.shape(wire, part)
        elif part.number == 6:
            node.name = wire.text(part, 500)
    if kind is not None and shape is not None and None not in shape:
        node.variable = TensorFact(kind, tuple(size or 0 for size in shape))


def _concrete(wire: Wire, item: Field, objects: Objects) -> None:
    name = ""
    ports: list[PortFact] = []
    for part in wire.inside(item):
        if part.number == 1:
            name = wire.text(part, 500)
        elif part.number == 2:
            for inner in wire.inside(part):  # SavedConcreteFunction: its arguments are field 3
                if inner.number == 3:
                    _structured(wire, inner, ports, _DEPTH)
    objects.arguments[name] = tuple(ports)


def _structured(wire: Wire, item: Field, ports: list[PortFact], depth: int) -> None:
    """Gather the tensors of a `StructuredValue`, however its lists and dictionaries nest."""
    if depth == 0 or len(ports) >= 200:
        return
    for part in wire.inside(item):
        if part.number in {33, 35}:
            ports.append(_spec(wire, part))
        elif part.number in {51, 52}:  # a list, a tuple
            for value in wire.inside(part):
                _structured(wire, value, ports, depth - 1)
        elif part.number == 53:  # a dictionary
            for entry in wire.inside(part):
                for value in wire.inside(entry):
                    if value.number == 2:
                        _structured(wire, value, ports, depth - 1)


def _spec(wire: Wire, item: Field) -> PortFact:
    name = ""
    kind: str | None = None
    shape: _tf_dtypes.Shape | None = ()
    for part in wire.inside(item):
        if part.number == 1:
            name = wire.text(part, 200)
        elif part.number == 2:
            shape = _tf_dtypes.shape(wire, part)
        elif part.number == 3 and part.wire == VARINT:
            kind = _tf_dtypes.dtype(part.value)
    return PortFact(name, kind, shape)
