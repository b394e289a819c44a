"""A MetaGraph: a graph with its tags, its signatures, its objects and the TensorFlow that made it.

https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/meta_graph.proto
"""

from __future__ import annotations

from loadstone.core.classes import dataclass, field
from loadstone.core.facts import PortFact, SignatureFact
from loadstone.readers import _tf_dtypes, _tf_graph, _tf_saved_objects
from loadstone.readers._protobuf import BYTES, VARINT, Field, Wire

_INIT = "__saved_model_init_op"
_MANY = 1000


@dataclass(slots=True)
class MetaGraph:
    """One of the graphs of a SavedModel, or the `.meta` beside a checkpoint."""

    tags: list[str] = field(default_factory=list)
    tensorflow: str = ""
    git: str = ""
    signatures: list[SignatureFact] = field(default_factory=list)
    methods: dict[str, None] = field(default_factory=dict)
    fetched: dict[str, list[str]] = field(default_factory=dict)  # nodes that signatures give
    assets: list[str] = field(default_factory=list)
    graph: _tf_graph.Graph = field(default_factory=_tf_graph.Graph)
    objects: _tf_saved_objects.Objects | None = None


def read(wire: Wire, meta: MetaGraph, start: int, end: int) -> None:
    """Fill `meta` from the message in [start, end).

    Raises `NotProtobuf`, with all that came before it filled in.
    """
    for item in wire.fields(start, end):
        if item.wire != BYTES:
            continue
        if item.number == 1:
            _info(wire, item, meta)
        elif item.number == 2:
            _tf_graph.read(wire, meta.graph, item.value, item.end)
        elif item.number == 5 and len(meta.signatures) < _MANY:
            _signature(wire, item, meta)
        elif item.number == 6 and len(meta.assets) < _MANY:
            meta.assets += [wire.text(part, 500) for part in wire.inside(item) if part.number == 2]
        elif item.number == 7:
            meta.objects = _tf_saved_objects.Objects()
            _tf_saved_objects.read(wire, meta.objects, item.value, item.end)


def _info(wire: Wire, item: Field, meta: MetaGraph) -> None:
    for inner in wire.inside(item):
        if inner.number == 4 and len(meta.tags) < 100:
            meta.tags.append(wire.text(inner, 200))
        elif inner.number == 5:
            meta.tensorflow = wire.text(inner, 100)
        elif inner.number == 6:
            meta.git = wire.text(inner, 200)


def _signature(wire: Wire, item: Field, meta: MetaGraph) -> None:
    name = ""
    inputs: list[PortFact] = []
    outputs: list[PortFact] = []
    nodes: list[str] = []
    for part in wire.inside(item):
        if part.number == 1:
            name = wire.text(part, 500)
        elif part.number == 2:
            for inner in wire.inside(part):
                if inner.number in {1, 2}:
                    ports = inputs if inner.number == 1 else outputs
                    if len(ports) < _MANY:
                        ports.append(_port(wire, inner))
                    if inner.number == 2 and len(nodes) < _MANY:
                        nodes += _nodes(wire, inner)
                elif inner.number == 3 and inner.length:
                    meta.methods.setdefault(wire.text(inner, 200))
    if name == _INIT:
        return
    ordered = sorted(inputs, key=lambda port: port.name), sorted(outputs, key=lambda p: p.name)
    meta.fetched[name] = nodes
    meta.signatures.append(SignatureFact(name, tuple(ordered[0]), tuple(ordered[1])))


def _nodes(wire: Wire, item: Field) -> list[str]:
    """Return the node that an output is of."""
    held = [part for part in wire.inside(item) if part.number == 2]
    told = [inner for part in held for inner in wire.inside(part) if inner.number == 1]
    return [wire.text(inner, 500).partition(":")[0] for inner in told if inner.wire == BYTES]


def _port(wire: Wire, item: Field) -> PortFact:
    name = ""
    kind: str | None = None
    shape: _tf_dtypes.Shape | None = ()
    for part in wire.inside(item):
        if part.number == 1:
            name = wire.text(part, 500)
        elif part.number == 2:
            for inner in wire.inside(part):  # TensorInfo: name 1, dtype 2, tensor_shape 3
                if inner.number == 2 and inner.wire == VARINT:
                    kind = _tf_dtypes.dtype(inner.value)
                elif inner.number == 3:
                    shape = _tf_dtypes.shape(wire, inner)
    return PortFact(name, kind, shape)
