"""Operators of a SavedModel that only its function for writing checkpoints has.

https://github.com/tensorflow/tensorflow/blob/master/tensorflow/python/training/saving/saveable_object_util.py
"""

from __future__ import annotations

from collections.abc import Iterator

from loadstone.readers._protobuf import BYTES, Field, NotProtobuf, Wire

OPERATOR = "DisableCopyOnRead"  # takes a variable, gives nothing, and changes no value of it
_NAME = "__inference__traced_save"
_STEP = 1 << 20
_LONG = 1000  # bytes of a name


def saving_only(wire: Wire, uses: int) -> bool:
    """Return whether every one of the `uses` of `OPERATOR` serves saving only.

    That is proved, for each graph: it stands in functions that nothing names but the one node
    that the saver runs; nothing takes from that node, no signature and no object names it; and
    within the function nothing takes a value from the operator.
    """
    found = 0
    try:
        for graph in wire.fields():
            if graph.number == 2 and graph.wire == BYTES:
                inside = _in_writers(wire, graph)
                if inside is None:
                    return False
                found += inside
    except NotProtobuf:
        return False
    return 0 < found == uses


def _in_writers(wire: Wire, meta: Field) -> int | None:
    """Return how often functions that write checkpoints have it; None where that is unproved."""
    parts = wire.grouped(meta)
    graphs, savers = parts.get(2, []), parts.get(3, [])
    if len(graphs) != 1 or len(savers) > 1:
        return None
    libraries = _of(wire, graphs[0], 2)
    if len(libraries) > 1:
        return None
    found = 0
    for library in libraries:
        for function in wire.inside(library):
            name = _function_name(wire, function) if function.number == 1 else ""
            if not name.startswith(_NAME):
                continue
            uses = _uses(wire, function)
            if uses is None:
                return None
            if uses and not _is_writer(wire, meta, name, parts):
                return None
            found += uses
    return found


def _of(wire: Wire, message: Field, number: int) -> list[Field]:
    return [item for item in wire.inside(message) if item.number == number]


def _function_name(wire: Wire, function: Field) -> str:
    signatures = _of(wire, function, 1)
    return _one(wire, _of(wire, signatures[0], 1)) if len(signatures) == 1 else ""


def _uses(wire: Wire, function: Field) -> int | None:
    """Return how many of its nodes are `OPERATOR`; None where more than order depends on one."""
    removed: set[str] = set()
    taken: set[str] = set()
    for part in wire.inside(function):
        if part.number == 3:
            name, op, inputs = node(wire, part)
            if op == OPERATOR:
                if any(item.startswith("^") for item in inputs):
                    return None
                removed.add(name)
            taken.update(item.partition(":")[0] for item in inputs if not item.startswith("^"))
        elif part.number == 4:  # ret: the name of an output, and the value that it gives
            taken.update(wire.text(item, _LONG).partition(":")[0] for item in _of(wire, part, 2))
    return None if removed & taken or "" in removed else len(removed)


def node(wire: Wire, item: Field) -> tuple[str, str, list[str]]:
    """Return the name, the op and the inputs of a node; "" for what is said twice or is long."""
    found = wire.grouped(item)
    name, op = (_one(wire, found.get(number, [])) for number in (1, 2))
    return name, op, [wire.text(part, _LONG) for part in found.get(3, [])]


def _one(wire: Wire, held: list[Field]) -> str:
    return wire.text(held[0], _LONG) if len(held) == 1 and held[0].length <= _LONG else ""


def _is_writer(wire: Wire, meta: Field, name: str, parts: dict[int, list[Field]]) -> bool:
    """Return whether only the saver's node calls the function, and nothing takes from that."""
    runs = [
        wire.text(item, _LONG).partition(":")[0]
        for saver in parts.get(3, [])
        for item in _of(wire, saver, 2)
    ]
    if len(runs) != 1 or not runs[0]:
        return False
    callers = 0
    for item in _of(wire, parts[2][0], 1):
        called, _, inputs = node(wire, item)
        if any(taken.removeprefix("^").partition(":")[0] == runs[0] for taken in inputs):
            return False
        if called == runs[0]:
            callers += _times(wire, name, item)
    if callers != 1 or _times(wire, name, meta) != 2:  # the call, and its own name
        return False
    told = (item for number in parts if number > 3 for item in parts[number])
    return not any(_times(wire, runs[0], item) for item in told)


def _times(wire: Wire, word: str, field: Field) -> int:
    """Return how often a word stands in the bytes of a field."""
    return sum(1 for _ in _found(wire, word.encode(), field))


def _found(wire: Wire, word: bytes, field: Field) -> Iterator[int]:
    if field.wire != BYTES:
        return
    at = field.value
    while at < field.end:
        data = wire.source.pread(at, min(_STEP, field.end - at))
        index = data.find(word)
        while index >= 0:
            yield at + index
            index = data.find(word, index + 1)
        if at + len(data) >= field.end or len(data) <= len(word):
            return
        at += len(data) - len(word) + 1
