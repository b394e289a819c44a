"""One TensorProto of ONNX, and the files beside a model that hold the bytes of tensors.

https://github.com/onnx/onnx/blob/main/docs/ExternalData.md
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from loadstone.core import dtypes
from loadstone.core.classes import replace
from loadstone.core.facts import Damage, PartFact, TensorFact
from loadstone.readers import _dense
from loadstone.readers._beside import Beside
from loadstone.readers._opened import Opened
from loadstone.readers._protobuf import BYTES, Field, Wire, signed

DTYPES = {
    1: "float32",
    2: "uint8",
    3: "int8",
    4: "uint16",
    5: "int16",
    6: "int32",
    7: "int64",
    8: "string",
    9: "bool",
    10: "float16",
    11: "float64",
    12: "uint32",
    13: "uint64",
    14: "complex64",
    15: "complex128",
    16: "bfloat16",
    17: "float8_e4m3fn",
    18: "float8_e4m3fnuz",
    19: "float8_e5m2",
    20: "float8_e5m2fnuz",
    21: "uint4",
    22: "int4",
    23: "float4_e2m1fn",
    24: "float8_e8m0fnu",
    25: "uint2",
    26: "int2",
}
_TYPED = {4: ("float32", "complex64"), 10: ("float64", "complex128")}  # as they lie in memory
_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)


class External:
    """The files beside a model that its tensors name; looked at, and never opened."""

    def __init__(self, opened: Opened) -> None:
        self.beside = Beside(opened)
        self.needs: dict[str, int] = {}  # bytes of each file
        self.tensors: dict[str, int] = {}

    def place(self, fact: TensorFact, entries: dict[str, str]) -> tuple[TensorFact, list[Damage]]:
        """Return the tensor with the place of its bytes in the file that `entries` name."""
        location = entries.get("location", "")
        offset, length = entries.get("offset", "0"), entries.get("length")
        if not _NUMBER.fullmatch(offset) or not (length is None or _NUMBER.fullmatch(length)):
            return fact, [Damage("malformed", "the place of an external tensor is no number")]
        size = fact.nbytes if length is None else int(length)
        damage = []
        if size != fact.nbytes:
            why = (
                f"{size} bytes of `{location[:100]}` are to hold {fact}, which takes {fact.nbytes}"
            )
            damage.append(Damage("malformed", why, None, {"member": location[:400]}))
        self.needs[location] = max(self.needs.get(location, 0), int(offset) + size)
        self.tensors[location] = self.tensors.get(location, 0) + 1
        if self.beside.size(location) is None:
            return fact, damage
        extent = _dense.extent(fact.dtype, fact.shape, int(offset), file=location)
        return replace(fact, extent=extent), damage

    def damage(self) -> Iterator[Damage]:
        """Yield what is wrong with the files: not there, too short, out of the folder."""
        for location, need in self.needs.items():
            held = self.beside.problem(location, need, self.tensors[location])
            if held is not None:
                yield held

    def parts(self) -> Iterator[PartFact]:
        """Yield the files that are there."""
        for location in self.needs:
            size = self.beside.size(location)
            if size is not None:
                yield PartFact(location, "external-data", size, role="weights")

    def detail(self) -> dict[str, str | int]:
        """Return how many tensors lie outside, and in which files."""
        if not self.needs:
            return {}
        return {
            "external_data": ", ".join(list(self.needs)[:20])[:400],
            "external_tensors": sum(self.tensors.values()),
        }


Found = tuple[str, TensorFact | None, str, list[Damage]]


def tensor(wire: Wire, start: int, end: int, external: External | None) -> Found:
    """Return name and tensor of the message in [start, end), or in words what else it is."""
    name, kind, is_external = "", 0, False
    dims: list[int] = []
    data: dict[int, list[Field]] = {}
    entries: dict[str, str] = {}
    for item in wire.fields(start, end):
        match item.number:
            case 1:
                if item.length > _dense.AXES * 10 or len(dims) > _dense.AXES:
                    return name, None, "tensor of too many axes", []
                dims += map(signed, wire.numbers(item))
            case 2:
                kind = item.value
            case 4 | 9 | 10:
                data.setdefault(item.number, []).append(item)
            case 8:
                name = wire.text(item)
            case 13:
                held = {inner.number: wire.text(inner, 4096) for inner in wire.inside(item)}
                if len(entries) < 20:
                    entries[held.get(1, "")] = held.get(2, "")
            case 14:
                is_external = item.value == 1
    word = DTYPES.get(kind)
    if word is None or not _dense.is_shape(dims):
        return name, None, f"tensor of type {kind} {'×'.join(map(str, dims))}"[:200], []
    fact = TensorFact(word, tuple(dims))
    if is_external:
        if external is None:
            return name, fact, "", []
        placed, damage = external.place(fact, entries)
        return name, placed, "", damage
    return name, *_held(fact, name, data)


def _held(
    fact: TensorFact, name: str, data: dict[int, list[Field]]
) -> tuple[TensorFact, str, list[Damage]]:
    """Return the tensor with the place of its bytes, where they lie as in memory."""
    raw = data.get(9)
    if raw and fact.dtype != "string":
        item = raw[-1]
        if item.length != fact.nbytes:
            why = f"`{name[:80]}` holds {item.length} bytes, {fact} takes {fact.nbytes}"
            return fact, "", [Damage("malformed", why, item.value, {"key": name[:200]})]
        return _at(fact, item), "", []
    for number, words in _TYPED.items():
        typed = data.get(number, [])
        whole = len(typed) == 1 and typed[0].wire == BYTES
        if (
            whole
            and fact.dtype in words
            and typed[0].length == dtypes.nbytes(fact.dtype, fact.count)
        ):
            return _at(fact, typed[0]), "", []
    return fact, "", []


def _at(fact: TensorFact, item: Field) -> TensorFact:
    return replace(fact, extent=_dense.extent(fact.dtype, fact.shape, item.value))
