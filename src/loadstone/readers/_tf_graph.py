"""TensorFlow's graphs: nodes and their ops, those of the function library too, counted.

https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/graph.proto
"""

from __future__ import annotations

import re
from collections import Counter

from loadstone.core.classes import dataclass, field
from loadstone.core.facts import Extent, PortFact, TensorFact
from loadstone.readers import _tf_calls, _tf_dtypes
from loadstone.readers._protobuf import BYTES, VARINT, Field, Wire

_PLACEHOLDERS = ("Placeholder", "PlaceholderWithDefault", "PlaceholderV2")
_VARIABLES = ("VarHandleOp", "VariableV2", "Variable")
_NO_OUTPUT = ("NoOp", "Assert", "SaveV2", "Placeholder", "Const")
_OP = re.compile(rb"[A-Za-z_][A-Za-z0-9_.>]{0,99}")
_KEPT = 100_000  # names, constants
_OPS = 5_000
CALLED = 1_000


@dataclass(slots=True)
class Graph:
    """What a graph says without being run."""

    ops: Counter[str] = field(default_factory=Counter)
    devices: dict[str, None] = field(default_factory=dict)
    inputs: list[PortFact] = field(default_factory=list)
    constants: dict[str, TensorFact] = field(default_factory=dict)
    variables: dict[str, TensorFact] = field(default_factory=dict)
    nodes: int = 0
    functions: int = 0
    producer: int | None = None  # the version of the graph's own format
    ends: dict[str, None] = field(default_factory=dict)  # nodes that none takes from
    used: set[str] = field(default_factory=set)
    defined: set[str] = field(default_factory=set)  # functions of its library
    flow: _tf_calls.Flow = field(default_factory=_tf_calls.Flow)

    def called(self) -> list[str]:
        """Return the functions of its library that stand as ops of nodes, the first of them."""
        return sorted(name for name in self.ops if name in self.defined)[:CALLED]

    def outputs(self) -> tuple[PortFact, ...]:
        """Return the nodes that no other takes from."""
        return tuple(PortFact(name) for name in self.ends if name not in self.used)


def looks_like_node(head: bytes) -> bool:
    """Return whether `head` starts with a `NodeDef` as the first field of a message."""
    if head[:1] != b"\x0a":
        return False
    wire = Wire(head, limit=100)
    found: dict[int, bytes] = {}
    for outer in wire.fields(0, 1 << 40):
        if outer.number != 1 or outer.wire != BYTES:
            return False
        for inner in wire.fields(outer.value, outer.end):
            if inner.wire != BYTES or inner.number > 7:
                return False
            if inner.number in found:
                break
            found[inner.number] = wire.raw(inner, 200)
            if inner.number == 2:
                return bool(_OP.fullmatch(found[2])) and _is_name(found.get(1, b""))
        return False
    return False


def _is_name(name: bytes) -> bool:
    return bool(name) and all(32 < byte < 127 for byte in name)


def read(wire: Wire, graph: Graph, start: int, end: int) -> Graph:
    """Add to `graph` what the `GraphDef` in [start, end) says.

    Raises `NotProtobuf`, with all that came before it added.
    """
    for item in wire.fields(start, end):
        if item.wire != BYTES:
            continue
        if item.number == 1:
            _node(wire, item, graph)
        elif item.number == 2:
            _library(wire, item, graph)
        elif item.number == 4:
            for part in wire.inside(item):
                if part.number == 1 and part.wire == VARINT:
                    graph.producer = part.value
    return graph


def _library(wire: Wire, item: Field, graph: Graph) -> None:
    for function in wire.inside(item):
        if function.number != 1:
            continue
        graph.functions += 1
        name = ""
        for inner in wire.inside(function):
            if inner.number == 1 and len(graph.defined) < _KEPT:
                named = [wire.text(it, 200) for it in wire.inside(inner) if it.number == 1]
                graph.defined.update(named)
                name = named[0] if named else ""
            elif inner.number == 3:
                _inner_node(wire, inner, graph, name)


def _inner_node(wire: Wire, item: Field, graph: Graph, function: str) -> None:
    op = ""
    for inner in wire.inside(item):
        if inner.number == 2:
            op = wire.text(inner, 200)
            _count(graph, op)
            graph.flow.add(function, op)
        elif inner.number == 5 and op in _tf_calls.CALLS:
            graph.flow.calls.setdefault(function, set()).update(_tf_calls.called(wire, inner))
        elif inner.number == 4 and inner.length:
            _device(graph, wire.text(inner, 200))


def _node(wire: Wire, item: Field, graph: Graph) -> None:
    name = op = ""
    attributes: list[Field] = []
    graph.nodes += 1
    for inner in wire.inside(item):
        if inner.number == 1:
            name = wire.text(inner, 500)
        elif inner.number == 2:
            op = wire.text(inner, 200)
        elif inner.number == 3 and len(graph.used) < _KEPT:
            graph.used.add(wire.text(inner, 500).removeprefix("^").partition(":")[0])
        elif inner.number == 4 and inner.length:
            _device(graph, wire.text(inner, 200))
        elif inner.number == 5:
            attributes.append(inner)
    _count(graph, op)
    if op in _tf_calls.CALLS and len(graph.flow.heads) < _KEPT:
        told = {name for item in attributes for name in _tf_calls.called(wire, item)}
        graph.flow.heads[name] = told
    if op in _PLACEHOLDERS:
        kind, shape, _, _ = _described(wire, attributes)
        if len(graph.inputs) < 1000:
            graph.inputs.append(PortFact(name, kind, shape))
    elif op == "Const":
        _constant(wire, name, attributes, graph)
    elif op in _VARIABLES:
        _variable(wire, name, attributes, graph)
    if op not in _NO_OUTPUT and len(graph.ends) < _KEPT:
        graph.ends[name] = None


def _count(graph: Graph, op: str) -> None:
    if op in graph.ops or len(graph.ops) < _OPS:
        graph.ops[op] += 1


def _device(graph: Graph, name: str) -> None:
    if len(graph.devices) < 100:
        graph.devices.setdefault(name)


def _described(
    wire: Wire, attributes: list[Field]
) -> tuple[str | None, _tf_dtypes.Shape | None, Field | None, str]:
    """Return the dtype, the shape, the value and the shared name that attributes give."""
    kind: str | None = None
    shape: _tf_dtypes.Shape | None = None
    value: Field | None = None
    shared = ""
    for attribute in attributes:
        key, held = "", None
        for part in wire.inside(attribute):
            if part.number == 1:
                key = wire.text(part, 100)
            elif part.number == 2:
                held = part
        if held is None:
            continue
        for part in wire.inside(held):  # AttrValue: s 2, type 6, shape 7, tensor 8
            if key == "dtype" and part.number == 6 and part.wire == VARINT:
                kind = _tf_dtypes.dtype(part.value)
            elif key == "shape" and part.number == 7:
                shape = _tf_dtypes.shape(wire, part)
            elif key == "value" and part.number == 8:
                value = part
            elif key == "shared_name" and part.number == 2:
                shared = wire.text(part, 500)
    return kind, shape, value, shared


def _variable(wire: Wire, name: str, attributes: list[Field], graph: Graph) -> None:
    kind, shape, _, shared = _described(wire, attributes)
    if kind is None or shape is None or len(graph.variables) >= _KEPT:
        return
    if all(size is not None for size in shape):
        graph.variables[shared or name] = TensorFact(kind, tuple(size or 0 for size in shape))


def _constant(wire: Wire, name: str, attributes: list[Field], graph: Graph) -> None:
    """Keep a constant that is no scalar: in a frozen graph these are the weights."""
    _, _, value, _ = _described(wire, attributes)
    if value is None or len(graph.constants) >= _KEPT:
        return
    kind: str | None = None
    shape: _tf_dtypes.Shape | None = ()
    content: Field | None = None
    for part in wire.inside(value):  # TensorProto: dtype 1, tensor_shape 2, tensor_content 4
        if part.number == 1 and part.wire == VARINT:
            kind = _tf_dtypes.dtype(part.value)
        elif part.number == 2:
            shape = _tf_dtypes.shape(wire, part)
        elif part.number == 4 and part.wire == BYTES:
            content = part
    if kind is None or not shape or any(size is None for size in shape):
        return
    sizes = tuple(size or 0 for size in shape)
    fact = TensorFact(kind, sizes)
    if content is not None and content.length == fact.nbytes:
        stride = _tf_dtypes.strides(sizes)
        at = content.value
        extent = Extent("", at, content.length, 0, stride, str(at))
        fact = TensorFact(kind, sizes, extent=extent)
    graph.constants[name] = fact
