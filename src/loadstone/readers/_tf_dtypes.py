"""TensorFlow's element types by number, and its shapes.

https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/types.proto
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from loadstone.readers._protobuf import BYTES, VARINT, Field, Wire, signed

WORDS: Final[dict[int, str]] = {
    1: "float32",
    2: "float64",
    3: "int32",
    4: "uint8",
    5: "int16",
    6: "int8",
    7: "string",
    8: "complex64",
    9: "int64",
    10: "bool",
    11: "qint8",
    12: "quint8",
    13: "qint32",
    14: "bfloat16",
    15: "qint16",
    16: "quint16",
    17: "uint16",
    18: "complex128",
    19: "float16",
    20: "resource",
    21: "variant",
    22: "uint32",
    23: "uint64",
    24: "float8_e5m2",
    25: "float8_e4m3fn",
    26: "float8_e4m3fnuz",
    28: "float8_e5m2fnuz",
    29: "int4",
    30: "uint4",
    31: "int2",
    32: "uint2",
}
_REFERENCE = 100  # added to the number of a variable that is handed on by reference
_RANK = 254  # the largest that TensorFlow allows

Shape = tuple[int | None, ...]


def dtype(number: int) -> str | None:
    """Return the canonical word of a `DataType`, if it has one."""
    return WORDS.get(number - _REFERENCE if number > _REFERENCE else number)


def strides(sizes: Sequence[int]) -> tuple[int, ...]:
    """Return the strides of a packed, row-major tensor, in elements."""
    found: list[int] = []
    step = 1
    for size in reversed(sizes):
        found.insert(0, step)
        step *= max(size, 1)
    return tuple(found)


def shape(wire: Wire, field: Field) -> Shape | None:
    """Return the sizes of a `TensorShapeProto`, None for one that is open; None without a rank."""
    sizes: list[int | None] = []
    for inner in wire.inside(field):
        if inner.number == 3 and inner.wire == VARINT and inner.value:
            return None
        if inner.number == 2 and inner.wire == BYTES:
            size = 0
            for part in wire.inside(inner):
                if part.number == 1 and part.wire == VARINT:
                    size = signed(part.value)
            sizes.append(size if size >= 0 else None)
        if len(sizes) > _RANK:
            return None
    return tuple(sizes)
