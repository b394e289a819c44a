"""The canonical words for element types, with the bits that one element takes.

The words are numpy's where numpy has one, torch's for the rest, and ggml's for its blocks.
"""

import re
from typing import Final

BITS: Final[dict[str, int]] = {
    "bool": 8,
    "int2": 2,
    "int4": 4,
    "int8": 8,
    "int16": 16,
    "int32": 32,
    "int64": 64,
    "uint2": 2,
    "uint4": 4,
    "uint8": 8,
    "uint16": 16,
    "uint32": 32,
    "uint64": 64,
    "float16": 16,
    "bfloat16": 16,
    "float32": 32,
    "float64": 64,
    "longdouble": 128,
    "complex32": 32,
    "complex64": 64,
    "complex128": 128,
    "clongdouble": 256,
    "float8_e4m3fn": 8,
    "float8_e4m3fnuz": 8,
    "float8_e5m2": 8,
    "float8_e5m2fnuz": 8,
    "float8_e8m0fnu": 8,
    "float6_e2m3fn": 6,
    "float6_e3m2fn": 6,
    "float4_e2m1fn": 4,
    "float4_e2m1fn_x2": 8,
    "qint8": 8,
    "quint8": 8,
    "qint16": 16,
    "quint16": 16,
    "qint32": 32,
    "quint4x2": 8,
    "quint2x4": 8,
    "string": 0,  # each of its own length, and elsewhere
    "object": 0,  # a pickle of its own
    "resource": 0,  # a handle of a running TensorFlow
    "variant": 0,  # as above
}
"""One element each."""

SAFETENSORS: Final[dict[str, str]] = {
    "BOOL": "bool",
    "U8": "uint8",
    "I8": "int8",
    "U16": "uint16",
    "I16": "int16",
    "U32": "uint32",
    "I32": "int32",
    "U64": "uint64",
    "I64": "int64",
    "F16": "float16",
    "BF16": "bfloat16",
    "F32": "float32",
    "F64": "float64",
    "C64": "complex64",
    "F8_E4M3": "float8_e4m3fn",
    "F8_E5M2": "float8_e5m2",
    "F8_E4M3FNUZ": "float8_e4m3fnuz",
    "F8_E5M2FNUZ": "float8_e5m2fnuz",
    "F8_E8M0": "float8_e8m0fnu",
}
"""What safetensors calls those that it has."""

NUMPY: Final[dict[str, str]] = {
    "b1": "bool",
    "f2": "float16",
    "f4": "float32",
    "f8": "float64",
    "f16": "longdouble",
    "c8": "complex64",
    "c16": "complex128",
    "c32": "clongdouble",
    **{
        f"{sign}{size}": f"{word}{size * 8}"
        for sign, word in (("i", "int"), ("u", "uint"))
        for size in (1, 2, 4, 8)
    },
}
"""What numpy and zarr write, without the order of bytes."""

BLOCKS: Final[dict[str, tuple[int, int]]] = {
    "q4_0": (32, 18),
    "q4_1": (32, 20),
    "q5_0": (32, 22),
    "q5_1": (32, 24),
    "q8_0": (32, 34),
    "q8_1": (32, 36),
    "q2_k": (256, 84),
    "q3_k": (256, 110),
    "q4_k": (256, 144),
    "q5_k": (256, 176),
    "q6_k": (256, 210),
    "q8_k": (256, 292),
    "iq2_xxs": (256, 66),
    "iq2_xs": (256, 74),
    "iq3_xxs": (256, 98),
    "iq1_s": (256, 50),
    "iq4_nl": (32, 18),
    "iq3_s": (256, 110),
    "iq2_s": (256, 82),
    "iq4_xs": (256, 136),
    "iq1_m": (256, 56),
    "tq1_0": (256, 54),
    "tq2_0": (256, 66),
    "mxfp4": (32, 17),
}
"""Elements and bytes of a block (https://github.com/ggml-org/ggml/blob/master/src/ggml-common.h)."""

_SIZED: Final = re.compile(r"(?:str|bytes|void)(\d{1,12})", re.ASCII)  # numpy: `str320` is `<U10`
_TIMES: Final = re.compile(r"(?:datetime64|timedelta64)(?:\[\w{1,8}\])?", re.ASCII)


def known(dtype: str) -> bool:
    """Return whether `dtype` is a canonical word."""
    if dtype in BITS or dtype in BLOCKS:
        return True
    return bool(_SIZED.fullmatch(dtype) or _TIMES.fullmatch(dtype))


def bits(dtype: str) -> int:
    """Return the bits of one element; 0 where they lie elsewhere.

    Raises `KeyError` for a word that is not canonical, or whose elements come in blocks.
    """
    sized = _SIZED.fullmatch(dtype)
    if sized:
        return int(sized[1])
    return 64 if _TIMES.fullmatch(dtype) else BITS[dtype]


def nbytes(dtype: str, count: int) -> int:
    """Return the bytes that `count` elements of `dtype` take when packed.

    Raises `KeyError` for a word that is not canonical.
    """
    if dtype in BLOCKS:
        elements, size = BLOCKS[dtype]
        return -(-count // elements) * size
    return (bits(dtype) * count + 7) // 8
