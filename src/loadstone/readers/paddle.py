"""PaddlePaddle: the program (`.pdmodel`, or JSON since 3.0) and its parameters (`.pdiparams`).

https://github.com/PaddlePaddle/Paddle/blob/develop/paddle/fluid/framework/framework.proto
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from loadstone.core.classes import replace
from loadstone.core.facts import (
    Artifact,
    Damage,
    PartFact,
    PortFact,
    SignatureFact,
    StateDict,
    TensorFact,
)
from loadstone.readers import _dense
from loadstone.readers._beside import Beside
from loadstone.readers._json import NotJson, parse
from loadstone.readers._opened import HEAD, Opened
from loadstone.readers._paddle_json import PARAMETER, Program
from loadstone.readers._protobuf import Field, NotProtobuf, Wire, signed
from loadstone.readers._within import open_in

Scalar = str | int | float | bool | None
_WORDS = {
    0: "bool",
    1: "int16",
    2: "int32",
    3: "int64",
    4: "float16",
    5: "float32",
    6: "float64",
    20: "uint8",
    21: "int8",
    22: "bfloat16",
    23: "complex64",
    24: "complex128",
    32: "float8_e4m3fn",
    33: "float8_e5m2",
}
_TENSOR = 7  # VarType.Type.DENSE_TENSOR, LOD_TENSOR before 2.6
_OPS = 5000
_PORTED = ("feed", "fetch")
_VARS = 80_000
_SMALL = 4096
_HEAD = 20  # bytes before the description of a parameter
_JSON = 16 << 20
_PIR = b'"magic":"pir"'


def sniff(opened: Opened) -> bool:
    """Return whether the first field is the root block: number 0, parent -1."""
    head = opened.head
    if head[:1] != b"\x0a":
        return False
    at = 1
    while at < min(len(head), 11) and head[at] >= 0x80:
        at += 1
    return head[at + 1 : at + 14] == b"\x08\0\x10" + b"\xff" * 9 + b"\x01"


def sniff_parameters(opened: Opened) -> bool:
    """Return whether a version 0, no levels, a version 0 and a small description come first."""
    head = opened.head
    if len(head) < 24 or head[:16].strip(b"\0"):
        return False
    return 0 < int.from_bytes(head[16:20], "little") < _SMALL and head[20:21] == b"\x08"


def sniff_json(opened: Opened) -> bool:
    """Return whether it is a program in JSON, by the word that begins it."""
    head = opened.head[:400]
    return head.lstrip()[:1] == b"{" and _PIR in head.replace(b" ", b"").replace(b"\n", b"")


def read(opened: Opened) -> Artifact:
    """Return operators, persistent variables, what is fed and fetched, and the other file."""
    program = _Program(opened)
    damage: list[Damage] = []
    try:
        for field in program.wire.fields():
            program.field(field)
    except NotProtobuf as error:
        damage.append(Damage(error.kind, error.why, error.at))
    parts, problem = _parameters(opened, program.held)
    held = _placed(opened, program.held, parts)
    return opened.artifact(
        "paddle",
        "program",
        framework="paddle",
        producer=program.producer,
        state_dicts=(StateDict("", held),) if held else (),
        signatures=(program.signature(),),
        ops=program.ops,
        parts=parts,
        damage=(*damage, *problem),
        detail=program.detail,
    )


def _parameters(
    opened: Opened, held: dict[str, TensorFact]
) -> tuple[tuple[PartFact, ...], tuple[Damage, ...]]:
    """Look for the file of the parameters, and whether it can hold them all."""
    if not held or not opened.path.endswith(".pdmodel"):
        return (), ()
    need = sum(fact.nbytes + _HEAD for fact in held.values())
    return _beside(opened, ".pdmodel", need, len(held))


def _beside(
    opened: Opened, suffix: str, need: int, tensors: int
) -> tuple[tuple[PartFact, ...], tuple[Damage, ...]]:
    name = os.path.basename(opened.path).removesuffix(suffix) + ".pdiparams"  # noqa: PTH119 - as below
    beside = Beside(opened)
    problem = beside.problem(name, need, tensors)
    size = beside.size(name)
    parts = (PartFact(name, "paddle-parameters", size, role="weights"),) if size else ()
    return parts, (problem,) if problem else ()


def _placed(
    opened: Opened, held: dict[str, TensorFact], parts: tuple[PartFact, ...]
) -> dict[str, TensorFact]:
    """Return the parameters where they lie: by their names, as Paddle writes them, if all fit."""
    if not parts:
        return held
    folder = os.path.dirname(opened.path) or "."  # noqa: PTH120 - kept as it was given
    try:
        with open_in(folder, parts[0].path) as source:
            found = list(_tensors(Opened(parts[0].path, source, source.pread(0, HEAD))))
    except (OSError, NotProtobuf):
        return held
    names = sorted(held)
    if [held[name] for name in names] != found:
        return held
    placed = {
        name: replace(fact, extent=fact.extent and replace(fact.extent, file=parts[0].path))
        for name, fact in zip(names, found, strict=True)
    }
    return {name: placed[name] for name in held}


class _Program:
    def __init__(self, opened: Opened) -> None:
        self.wire = Wire(opened.source)
        self.held: dict[str, TensorFact] = {}
        self.types: dict[str, tuple[str | None, tuple[int | None, ...]]] = {}
        self.ops: dict[str, int] = {}
        self.inputs: list[tuple[int, str]] = []
        self.outputs: list[tuple[int, str]] = []
        self.producer: dict[str, str | None] = {}
        self.detail: dict[str, Scalar] = {}

    def field(self, field: Field) -> None:
        """Take up one field of the ProgramDesc."""
        if field.number == 1:
            for item in self.wire.inside(field):
                if item.number == 3:
                    self._variable(item)
                elif item.number == 4:
                    self._op(item)
        elif field.number == 4:
            for item in self.wire.inside(field):
                if item.number == 1:
                    number = signed(item.value)
                    self.detail["version"] = number
                    if number > 0:
                        self.producer = {"paddlepaddle": _release(number)}

    def _variable(self, field: Field) -> None:
        name, persistent = "", False
        kind: Field | None = None
        for item in self.wire.inside(field):
            if item.number == 1:
                name = self.wire.text(item)
            elif item.number == 2:
                kind = item
            elif item.number == 3:
                persistent = item.value == 1
        if kind is None or len(self.types) >= _VARS:
            return
        found = self._type(kind)
        if found is None:
            return
        word, sizes = found
        self.types[name] = found
        shape = tuple(size for size in sizes if size is not None)
        if persistent and word and len(shape) == len(sizes):
            self.held[name] = TensorFact(word, shape)

    def _type(self, field: Field) -> tuple[str | None, tuple[int | None, ...]] | None:
        for item in self.wire.inside(field):
            if item.number == 1 and item.value != _TENSOR:
                return None
            if item.number == 3:
                for inner in self.wire.inside(item):
                    if inner.number == 1:
                        word, sizes = _description(self.wire, inner.value, inner.end)
                        return word, tuple(size if size >= 0 else None for size in sizes)
        return None

    def _op(self, field: Field) -> None:
        kind, given, made, column = "", [], [], 0
        for item in self.wire.inside(field):
            if item.number == 3:
                kind = self.wire.text(item, 200)
            elif item.number == 1:
                given.append(item)
            elif item.number == 2:
                made.append(item)
            elif item.number == 4 and kind in _PORTED:
                column = self._column(item) or column
        if kind in self.ops or len(self.ops) < _OPS:
            self.ops[kind] = self.ops.get(kind, 0) + 1
        if kind == "feed":
            self.inputs += [(column, name) for name in self._arguments(made)]
        elif kind == "fetch":
            self.outputs += [(column, name) for name in self._arguments(given)]

    def _column(self, field: Field) -> int:
        """Return the place among the inputs or outputs, which is told by `col`."""
        name, value = "", 0
        for item in self.wire.inside(field):
            if item.number == 1:
                name = self.wire.text(item, 20)
            elif item.number == 3:
                value = signed(item.value)
        return value if name == "col" else 0

    def _arguments(self, fields: list[Field]) -> list[str]:
        return [
            self.wire.text(item)
            for field in fields[:10]
            for item in self.wire.inside(field)
            if item.number == 2
        ][:10]

    def signature(self) -> SignatureFact:
        """Return what the feed and fetch operators name."""
        return SignatureFact("", self._ports(self.inputs), self._ports(self.outputs))

    def _ports(self, named: list[tuple[int, str]]) -> tuple[PortFact, ...]:
        names = [name for _, name in sorted(named[:2000], key=lambda item: item[0])]
        return tuple(PortFact(name, *self.types.get(name, (None, None))) for name in names)


def _release(number: int) -> str:
    """Return `2.6.2` of 2006002."""
    return f"{number // 1_000_000}.{number // 1000 % 1000}.{number % 1000}"


def _description(wire: Wire, start: int, end: int) -> tuple[str | None, list[int]]:
    """Return element type and sizes of a TensorDesc."""
    word: str | None = None
    sizes: list[int] = []
    for item in wire.fields(start, end):
        if item.number == 1:
            word = _WORDS.get(item.value)
        elif item.number == 2 and item.length < 1000 and len(sizes) < _dense.AXES:
            sizes += map(signed, wire.numbers(item))
    return word, sizes


def read_parameters(opened: Opened) -> Artifact:
    """Return the tensors of a file of parameters, which are in order and have no names."""
    damage: list[Damage] = []
    tensors: dict[str, TensorFact] = {}
    try:
        for fact in _tensors(opened):
            tensors[str(len(tensors))] = fact
    except NotProtobuf as error:
        damage.append(Damage(error.kind, error.why, error.at))
    return opened.artifact(
        "paddle-parameters",
        "tensor",
        framework="paddle",
        state_dicts=(StateDict("", tensors, role="other"),),
        damage=tuple(damage),
    )


def _tensors(opened: Opened) -> Iterator[TensorFact]:
    source, wire, at = opened.source, Wire(opened.source), 0
    for _ in range(_VARS):
        if at >= source.size:
            return
        head = source.pread(at, _HEAD)
        length = int.from_bytes(head[16:20], "little")
        if len(head) < _HEAD or at + _HEAD + length > source.size:
            raise NotProtobuf("the file ends inside a parameter", source.size, "truncated")
        if head[:16].strip(b"\0") or not 0 < length < _SMALL:
            raise NotProtobuf("no parameter begins here", at)
        word, sizes = _description(wire, at + _HEAD, at + _HEAD + length)
        if word is None or not _dense.is_shape(sizes):
            raise NotProtobuf("a parameter has no shape or no element type", at)
        place = _dense.extent(word, tuple(sizes), at + _HEAD + length)
        at = place.offset + place.nbytes
        if at > source.size:
            raise NotProtobuf("the file ends inside a parameter", source.size, "truncated")
        yield TensorFact(word, tuple(sizes), None, place)
    raise NotProtobuf("it has more parameters than the limit", at, "limit")


def read_json(opened: Opened) -> Artifact:
    """Return the operators of a program in Paddle's intermediate representation."""
    damage: list[Damage] = []
    detail: dict[str, Scalar] = {}
    value: Any = {}
    if opened.source.size > _JSON:
        damage.append(Damage("limit", f"it is longer than the limit of {_JSON} bytes", _JSON))
    else:
        try:
            value, _ = parse(opened.source.pread(0, opened.source.size))
        except NotJson as error:
            damage.append(Damage(error.kind, error.of("it"), error.at))
    base = value.get("base_code") if isinstance(value, dict) else None
    if isinstance(base, dict) and isinstance(base.get("version"), int):
        detail["version"] = base["version"]
    program = Program(value)
    held = program.held
    parts: tuple[PartFact, ...] = ()
    if opened.path.endswith(".json") and program.ops.get(PARAMETER):
        need = sum(fact.nbytes + _HEAD for fact in held.values())
        parts, problem = _beside(opened, ".json", max(need, 1), program.ops[PARAMETER])
        damage += problem
        held = _placed(opened, held, parts)
    return opened.artifact(
        "paddle-json",
        "program",
        framework="paddle",
        state_dicts=(StateDict("", held),) if held else (),
        signatures=(program.signature,) if program.inputs or program.outputs else (),
        ops=program.ops,
        parts=parts,
        damage=tuple(damage),
        detail=detail,
    )
