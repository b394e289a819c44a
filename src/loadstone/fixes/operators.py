"""A SavedModel without an operator that serves saving only; all else is byte for byte the same.

https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/function.proto
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from loadstone import readers
from loadstone.atomic import publish, temporary
from loadstone.core.classes import replace
from loadstone.core.facts import Artifact
from loadstone.fixes.protobuf import field, message
from loadstone.readers._protobuf import BYTES, Field, NotProtobuf, Wire
from loadstone.readers._tf_saving import node

PROGRAM = "saved_model.pb"
_INTO = (2, 2, 2, 1)  # meta_graphs, graph_def, library, function
_SIGNATURE, _NODE, _CONTROL = 1, 3, 6  # of a function
_INPUT, _CONTROL_OUTPUT = 3, 20  # of a node, of a signature


def drop(folder: Path, operator: str, output: Path) -> None:
    """Write the SavedModel in `folder` to `output` without `operator`, and read it back.

    `fingerprint.pb`, which is of the program as it was, is left out. Raises `FileExistsError`,
    `ValueError` where more than saving depends on the operator or what was written reads back
    otherwise, and `OSError` as reading and writing do; nothing is then left behind.
    """
    if os.path.lexists(output):
        raise FileExistsError(f"`{output}` exists already, and nothing is written over")
    before = readers.read(folder)
    if before.detail.get("saving_only") != operator:
        raise ValueError(f"it is not proved that `{operator}` serves saving only")
    program = (folder / PROGRAM).read_bytes()
    with temporary(output, folder=True) as made:
        left_out = shutil.ignore_patterns(PROGRAM, "fingerprint.pb")
        shutil.copytree(folder, made, ignore=left_out, symlinks=True, dirs_exist_ok=True)
        (made / PROGRAM).write_bytes(without(program, operator))
        if (folder / PROGRAM).read_bytes() != program:
            raise ValueError("it changed while it was read")
        if _told(readers.read(made), operator) != _told(before, operator):
            raise ValueError("what was written reads back otherwise")
        publish(made, output)


def _told(artifact: Artifact, operator: str) -> Artifact:
    """Return the facts that are the same with the operator and without."""
    ops = {name: uses for name, uses in artifact.ops.items() if name != operator}
    detail = {key: value for key, value in artifact.detail.items() if key != "saving_only"}
    parts = tuple(
        part for part in artifact.parts if part.role != "graph" and part.format != "fingerprint"
    )
    return replace(artifact, path="", size=0, ops=ops, detail=detail, parts=parts)


def without(program: bytes, operator: str) -> bytes:
    """Return the program of a SavedModel without the nodes of `operator` in its functions.

    What named them goes with them: the order after one, and its place among the function's
    control outputs. Raises `ValueError` where the program, written again with nothing left out,
    would not be the same bytes.
    """
    try:
        if _copy(Wire(program), (0, len(program)), operator, leave_out=False) != program:
            raise ValueError("it is not written as protobuf writes it")
        return _copy(Wire(program), (0, len(program)), operator, leave_out=True)
    except NotProtobuf as error:
        raise ValueError(error.why) from error


def _copy(
    wire: Wire, span: tuple[int, int], operator: str, *, leave_out: bool, depth: int = 0
) -> bytes:
    out = bytearray()
    for item in wire.fields(*span):
        if item.wire != BYTES or item.number != _INTO[depth]:
            out += field(wire, item)
        elif depth == len(_INTO) - 1:
            out += message(item.number, _function(wire, item, operator, leave_out=leave_out))
        else:
            below, deeper = (item.value, item.end), depth + 1
            inner = _copy(wire, below, operator, leave_out=leave_out, depth=deeper)
            out += message(item.number, inner)
    return bytes(out)


def _function(wire: Wire, function: Field, operator: str, *, leave_out: bool) -> bytes:
    gone, names = _gone(wire, function, operator)
    if not gone:
        return wire.raw(function, function.length)
    if not leave_out:
        gone, names = set(), set()
    orders = {f"^{name}" for name in gone}
    out = bytearray()
    for item in wire.inside(function):
        if item.number == _NODE:
            out += b"" if node(wire, item)[0] in gone else _kept(wire, item, _INPUT, orders)
        elif item.number == _SIGNATURE:
            out += _kept(wire, item, _CONTROL_OUTPUT, names)
        elif item.number != _CONTROL or _entry(wire, item)[1] not in gone:
            out += field(wire, item)
    return bytes(out)


def _gone(wire: Wire, function: Field, operator: str) -> tuple[set[str], set[str]]:
    """Return the names of the nodes that go, and of the control outputs that are theirs."""
    nodes = (node(wire, item) for item in wire.inside(function) if item.number == _NODE)
    gone = {name for name, op, _ in nodes if op == operator}
    entries = (_entry(wire, item) for item in wire.inside(function) if item.number == _CONTROL)
    return gone, {key for key, value in entries if value in gone}


def _entry(wire: Wire, item: Field) -> tuple[str, str]:
    """Return the key and the value of an entry of a map of texts."""
    held = {part.number: wire.text(part) for part in wire.inside(item)}
    return held.get(1, ""), held.get(2, "")


def _kept(wire: Wire, item: Field, number: int, left_out: set[str]) -> bytes:
    """Return a message without the texts of one repeated field that are to be left out."""
    out = bytearray()
    for part in wire.inside(item):
        if part.number != number or wire.text(part) not in left_out:
            out += field(wire, part)
    return message(item.number, bytes(out))
