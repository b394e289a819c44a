"""The weights of Core ML's models: of the layers of a network, of an ML program and its file.

https://apple.github.io/coremltools/mlmodel/Format/NeuralNetwork.html and
https://github.com/apple/coremltools/blob/main/mlmodel/format/MIL.proto
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from loadstone.core import dtypes
from loadstone.core.classes import dataclass, field
from loadstone.core.facts import Damage, Extent, StateDict, TensorFact
from loadstone.readers import _dense
from loadstone.readers._plain import clean
from loadstone.readers._protobuf import BYTES, Field, Wire
from loadstone.readers._source import FileSource
from loadstone.readers._within import is_inside, open_in

__all__ = ["Place", "Weights"]

Sizes = tuple[int, ...]
_PLACE = "@model_path/"
_SENTINEL = 0xDEADBEEF
_HEAD = 64  # bytes of what stands before each value in the file of weights
_TENSORS = 100_000
_SIZES = 64
_LSTM = (
    dict.fromkeys((1, 2, 3, 4), 2)
    | dict.fromkeys((20, 21, 22, 23), 3)
    | dict.fromkeys((40, 41, 42, 43, 60, 61, 62), 1)
)  # of each the number of axes; 3 is a matrix of as many rows as columns
_GATES = {
    1: "inputGateWeightMatrix", 2: "forgetGateWeightMatrix", 3: "blockInputWeightMatrix",
    4: "outputGateWeightMatrix", 20: "inputGateRecursionMatrix", 21: "forgetGateRecursionMatrix",
    22: "blockInputRecursionMatrix", 23: "outputGateRecursionMatrix", 40: "inputGateBiasVector",
    41: "forgetGateBiasVector", 42: "blockInputBiasVector", 43: "outputGateBiasVector",
    60: "inputGatePeepholeVector", 61: "forgetGatePeepholeVector", 62: "outputGatePeepholeVector",
}  # fmt: skip
_GRU = {
    30: "updateGateWeightMatrix", 31: "resetGateWeightMatrix", 32: "outputGateWeightMatrix",
    50: "updateGateRecursionMatrix", 51: "resetGateRecursionMatrix",
    52: "outputGateRecursionMatrix", 70: "updateGateBiasVector", 71: "resetGateBiasVector",
    72: "outputGateBiasVector",
}  # fmt: skip
_SIMPLE = {30: "weightMatrix", 31: "recursionMatrix", 32: "biasVector"}
_WEIGHTED = {20: "weights", 21: "bias"}
_FIELDS = {  # of each kind of layer, the weights that it holds
    100: {90: "weights", 91: "bias"},
    140: _WEIGHTED,
    150: _WEIGHTED,
    1040: _WEIGHTED,
    160: {15: "gamma", 16: "beta", 17: "mean", 18: "variance"},
    245: {2: "scale", 5: "bias"},
    250: {2: "bias"},
    290: {2: "data"},
    1070: {2: "data"},
    1045: {8: "weights", 9: "bias"},
    1350: {3: "gamma", 4: "beta"},
    400: _SIMPLE,
    410: _GRU,
}
_RECURRENT = (420, 430)
_TYPES = {
    1: "bool", 10: "float16", 11: "float32", 12: "float64", 13: "bfloat16", 21: "int8",
    22: "int16", 23: "int32", 24: "int64", 25: "int4", 31: "uint8", 32: "uint16", 33: "uint32",
    34: "uint64", 35: "uint4", 36: "uint2", 37: "uint1", 38: "uint6", 39: "uint3",
    40: "float8_e4m3fn", 41: "float8_e5m2",
}  # fmt: skip
_IMMEDIATE = {"float32": 1, "float64": 6, "float16": 7}  # where values that are no file's stand


@dataclass(frozen=True, slots=True)
class Place:
    """Where a model lies: its folder, and its own path and that of its files in the artifact."""

    folder: str | None  # None where nothing lies beside it
    below: str = ""  # the folder of the model in the artifact, with a slash at its end
    own: str = ""


@dataclass(slots=True)
class Weights:
    """The weights found so far, and what is wrong with the file that holds some."""

    wire: Wire
    place: Place
    tensors: dict[str, TensorFact] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)
    damage: list[Damage] = field(default_factory=list)
    files: dict[str, FileSource | None] = field(default_factory=dict)

    @property
    def states(self) -> tuple[StateDict, ...]:
        """The weights as one dictionary, none where there are none."""
        return (StateDict("", self.tensors, self.others),) if self.tensors or self.others else ()

    def close(self) -> None:
        """Let go of the files of weights."""
        for source in self.files.values():
            if source is not None:
                source.close()

    def layer(self, stem: str, number: int, params: Field) -> None:
        """Take up the weights of one layer of a network."""
        if number in _RECURRENT:
            self._recurrent(stem, params)
            return
        named = _FIELDS.get(number)
        if named is None:
            return
        held = self.wire.grouped(params)
        shape = _shapes(number, lambda at: _numbers(self.wire, held.get(at, [])))
        for at, name in named.items():
            for item in held.get(at, [])[:1]:
                self._params(f"{stem}.{name}", item, shape(at))

    def _recurrent(self, stem: str, params: Field) -> None:
        held = self.wire.grouped(params)
        given, made = (_one(_numbers(self.wire, held.get(at, []))) for at in (1, 2))
        for direction, item in enumerate(held.get(20, [])):
            for inner in self.wire.inside(item):
                axes = _LSTM.get(inner.number)
                if axes is not None:
                    sizes = {1: (made,), 2: (made, given), 3: (made, made)}[axes]
                    word = f"{stem}.weightParams.{direction}.{_GATES[inner.number]}"
                    self._params(word, inner, sizes)

    def _params(self, name: str, item: Field, sizes: Sizes) -> None:
        """Take up one WeightParams: numbers in the message itself, or fewer bits of each."""
        held = self.wire.grouped(item)
        for at, word in ((1, "float32"), (2, "float16"), (31, "int8")):
            for value in held.get(at, [])[:1]:
                if value.wire == BYTES:
                    self._own(name, word, sizes, value)
                    return
        if 30 in held:
            quantized = [inner for one in held.get(40, []) for inner in self.wire.inside(one)]
            bits = next((inner.value for inner in quantized if inner.number == 1), 0)
            shape = "×".join(map(str, sizes)) or "scalar"
            self._other(name, f"quantized to {bits} bits {shape}")

    def _own(self, name: str, word: str, sizes: Sizes, value: Field) -> None:
        """Take up an array that lies in the message itself."""
        count = value.length * 8 // dtypes.bits(word)
        if not _dense.is_shape(sizes) or math.prod(sizes) != count:
            sizes = (count,)
        if len(self.tensors) < _TENSORS:
            place = _dense.extent(word, sizes, value.value, file=self.place.own)
            self.tensors[clean(name)] = TensorFact(word, sizes, None, place)

    def _other(self, name: str, text: str) -> None:
        if len(self.others) < _TENSORS:
            self.others[clean(name)] = text

    def operation(self, kind: str, made: str, attributes: list[Field]) -> None:
        """Take up the values that one operation of an ML program holds."""
        for entry in attributes:
            pair = self.wire.grouped(entry)
            key = self.wire.text(pair[1][0], 200) if 1 in pair else ""
            if 2 in pair and not (kind == "const" and key != "val"):
                self._value(made if kind == "const" else f"{made}.{key}", pair[2][0])

    def _value(self, name: str, value: Field) -> None:
        held = self.wire.grouped(value)
        told = self._type(held[2][0]) if 2 in held else None
        if told is None:
            return
        word, sizes = told
        if 5 in held:
            self._of_file(name, word, sizes, held[5][0])
        elif 3 in held and sizes and word in _IMMEDIATE:
            for value_field in self._immediate(held[3][0], _IMMEDIATE[word]):
                self._own(name, word, sizes, value_field)

    def _immediate(self, value: Field, number: int) -> Iterator[Field]:
        """Yield where the packed numbers of a tensor lie that stands in the program itself."""
        for tensor in self.wire.inside(value):
            if tensor.number == 1:
                for kind in self.wire.inside(tensor):
                    if kind.number == number:
                        packed = (item for item in self.wire.inside(kind) if item.wire == BYTES)
                        yield from list(packed)[:1]

    def _type(self, value: Field) -> tuple[str, Sizes] | None:
        for item in self.wire.inside(value):
            if item.number == 1:
                held = self.wire.grouped(item)
                word = _TYPES.get(held[1][0].value) if 1 in held else None
                sizes = [self._size(one) for one in held.get(3, [])[:_SIZES]]
                return (word, tuple(sizes)) if word and _dense.is_shape(sizes) else None
        return None

    def _size(self, dimension: Field) -> int:
        for kind in self.wire.inside(dimension):
            if kind.number == 1:
                return next((item.value for item in self.wire.inside(kind)), 0)
        return -1

    def _of_file(self, name: str, word: str, sizes: Sizes, value: Field) -> None:
        """Take up an array of the file of weights, which says itself where its bytes lie."""
        held = self.wire.grouped(value)
        path = self.wire.text(held[1][0], 400) if 1 in held else ""
        at = held[2][0].value if 2 in held else 0
        file = path.removeprefix(_PLACE)
        if not dtypes.known(word):
            self._other(name, f"{word} {'×'.join(map(str, sizes)) or 'scalar'}")
            return
        fact = TensorFact(word, sizes)
        source = self._source(file)
        extent = self._extent(fact, file, at, source) if source is not None else None
        if len(self.tensors) < _TENSORS:
            self.tensors[clean(name)] = TensorFact(word, sizes, None, extent)

    def _source(self, file: str) -> FileSource | None:
        if file not in self.files:
            self.files[file] = None
            member = f"{self.place.below}{file}"
            if self.place.folder is None:
                return None
            if not is_inside(file):
                why = f"`{clean(file)}` is to be read, which is not inside the folder of the model"
                self.damage.append(Damage("outside", why, None, {"member": clean(member)}))
                return None
            try:
                self.files[file] = open_in(self.place.folder, member)
            except OSError:
                why = f"`{clean(member)}`, which holds weights, is not in the folder"
                self.damage.append(Damage("missing-member", why, None, {"member": clean(member)}))
        return self.files[file]

    def _extent(self, fact: TensorFact, file: str, at: int, source: FileSource) -> Extent | None:
        head = source.pread(at, _HEAD)
        size, start = (int.from_bytes(head[n : n + 8], "little") for n in (8, 16))
        member = clean(f"{self.place.below}{file}")
        if len(head) < _HEAD or start + size > source.size:
            have = source.size
            why = f"`{member}` ends inside the weights, after {have} bytes"
            if not any(item.kind == "short-member" for item in self.damage):
                self.damage.append(Damage("short-member", why, None, {"member": member}))
            return None
        if int.from_bytes(head[:4], "little") != _SENTINEL or size != fact.nbytes:
            why = f"`{member}` holds no weights of this size at byte {at}"
            if not any(item.kind == "malformed" for item in self.damage):
                self.damage.append(Damage("malformed", why, at, {"member": member}))
            return None
        return _dense.extent(fact.dtype, fact.shape, start, file=member)


def _numbers(wire: Wire, fields: list[Field]) -> list[int]:
    return [number for item in fields for number in wire.numbers(item)][:_SIZES]


def _one(numbers: list[int]) -> int:
    return numbers[-1] if numbers else 0


def _shapes(number: int, given: Callable[[int], list[int]]) -> Callable[[int], Sizes]:
    """Return what gives the sizes of each weight of a layer, by what the layer says of itself."""
    first, second = _one(given(1)), _one(given(2))

    def shape(at: int) -> Sizes:
        if number == 100:
            groups, kernel = _one(given(10)) or 1, given(20) or [3, 3]
            sides = (second, first // groups) if _one(given(60)) else (first, second)
            return (*sides, *kernel) if at == 90 else (first,)
        if number in {140, 150, 1040}:
            return (second, first) if at == 20 else (second,)
        if number == 1045:
            rows, columns = _one(given(5)), _one(given(6))
            return (rows, columns) if at == 8 else (columns,)
        if number in {400, 410}:
            given_to, again = ((30, 31, 32), (50, 51, 52)) if number == 410 else ((30,), (31,))
            wide = (first,) if at in given_to else (second,) if at in again else ()
            return (second, *wide)
        if number == 160:
            return (first,)
        return tuple(given(4) if number == 245 and at == 5 else given(1))

    return shape
