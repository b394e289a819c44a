"""The tree of objects that a TensorFlow checkpoint's names come from.

https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/trackable_object_graph.proto
"""

from __future__ import annotations

from loadstone.core.classes import dataclass, field
from loadstone.readers._protobuf import BYTES, VARINT, Field, Wire, signed

_NODES = 50_000
_DEPTH = 60


@dataclass(slots=True)
class Node:
    """One object: its attributes, and the tensors that it saved under which checkpoint keys."""

    children: list[tuple[str, int]] = field(default_factory=list)
    keys: list[tuple[str, str]] = field(default_factory=list)  # (full name, checkpoint key)
    slots: list[tuple[int, str, int]] = field(default_factory=list)  # variable, slot, its node


def read(wire: Wire, start: int = 0, end: int | None = None) -> list[Node]:
    """Return the nodes of a `TrackableObjectGraph`; the first is the root."""
    nodes: list[Node] = []
    for item in wire.fields(start, end):
        if item.number == 1 and item.wire == BYTES and len(nodes) < _NODES:
            nodes.append(_node(wire, item))
    return nodes


def _node(wire: Wire, item: Field) -> Node:
    node = Node()
    for inner in wire.inside(item):
        if inner.number == 1:
            node.children.append(child(wire, inner))
        elif inner.number == 2:
            full = key = ""
            for part in wire.inside(inner):
                if part.number == 2:
                    full = wire.text(part)
                elif part.number == 3:
                    key = wire.text(part)
            node.keys.append((full, key))
        elif inner.number == 3:
            node.slots.append(_slot(wire, inner))
    return node


def child(wire: Wire, item: Field) -> tuple[str, int]:
    """Return the name of an attribute and the number of the object that it holds."""
    name, number = "", 0
    for part in wire.inside(item):
        if part.number == 1 and part.wire == VARINT:
            number = signed(part.value)
        elif part.number == 2:
            name = wire.text(part, 500)
    return name, number


def _slot(wire: Wire, item: Field) -> tuple[int, str, int]:
    variable, name, slot = 0, "", 0
    for part in wire.inside(item):
        if part.number == 1 and part.wire == VARINT:
            variable = part.value
        elif part.number == 2:
            name = wire.text(part, 500)
        elif part.number == 3 and part.wire == VARINT:
            slot = part.value
    return variable, name, slot


def paths(children: list[list[tuple[str, int]]]) -> list[str]:
    """Return the shortest dotted path from the root to every object, "" where there is none."""
    found = [""] * len(children)
    seen = {0}
    layer = [0] if children else []
    for _ in range(_DEPTH):
        below: list[int] = []
        for number in layer:
            for name, to in children[number]:
                if 0 <= to < len(children) and to not in seen:
                    seen.add(to)
                    found[to] = f"{found[number]}.{name}"[:500].removeprefix(".")
                    below.append(to)
        layer = below
        if not layer:
            break
    return found


def slot_keys(nodes: list[Node]) -> set[str]:
    """Return the checkpoint keys of tensors that an optimizer keeps for each variable."""
    return {
        key
        for node in nodes
        for _, _, slot in node.slots
        if 0 <= slot < len(nodes)
        for _, key in nodes[slot].keys
    }
