"""The canonical words for element types, with the bits that one element takes.

The words are numpy's where numpy has one, and torch's for the rest.
"""

from typing import Final

BITS: Final[dict[str, int]] = {
    "bool": 8,
    "int8": 8,
    "int16": 16,
    "int32": 32,
    "int64": 64,
    "uint8": 8,
    "uint16": 16,
    "uint32": 32,
    "uint64": 64,
    "float16": 16,
    "bfloat16": 16,
    "float32": 32,
    "float64": 64,
    "complex32": 32,
    "complex64": 64,
    "complex128": 128,
    "float8_e4m3fn": 8,
    "float8_e4m3fnuz": 8,
    "float8_e5m2": 8,
    "float8_e5m2fnuz": 8,
    "float8_e8m0fnu": 8,
    "float4_e2m1fn_x2": 8,
    "qint8": 8,
    "quint8": 8,
    "qint32": 32,
    "quint4x2": 8,
    "quint2x4": 8,
}


def nbytes(dtype: str, count: int) -> int:
    """Return the bytes that `count` elements of `dtype` take when packed.

    Raises `KeyError` for a word that is not canonical.
    """
    return (BITS[dtype] * count + 7) // 8
