"""Floating-point numbers of 16 bits made of those of 32, and the other way, little-endian."""

from __future__ import annotations

from typing import Any

_HALF = 0x7FFF
_NOT_A_NUMBER = {"float16": 0x7C00, "bfloat16": 0x7F80}  # beyond infinity


def to(dtype: str, data: memoryview, given: str) -> memoryview:
    """Return the numbers as `dtype`: widened, or rounded to the nearest, ties to even, as torch.

    Raises `ValueError` for another pair of types.
    """
    if dtype == given:
        return data
    import numpy as np

    if (given, dtype) == ("bfloat16", "float32"):
        out: Any = np.frombuffer(data, "<u2").astype("<u4") << 16
    elif (given, dtype) == ("float16", "float32"):
        out = np.frombuffer(data, "<f2").astype("<f4")
    elif (given, dtype) == ("float32", "float16"):
        with np.errstate(over="ignore"):
            out = np.frombuffer(data, "<f4").astype("<f2")
    elif (given, dtype) == ("float32", "bfloat16"):
        bits = np.frombuffer(data, "<u4")
        out = (((bits >> 16) & 1) + _HALF + bits.astype("<u8") >> 16).astype("<u2")
        out[(bits & 0x7FFFFFFF) > 0x7F800000] = 0x7FC0
    else:
        raise ValueError(f"{given} is not made {dtype} here")
    return memoryview(out.tobytes())


def equal(dtype: str, one: memoryview, other: bytes | bytearray) -> bool:
    """Whether two runs of numbers are the same, bit for bit; what is no number is alike."""
    if bytes(one) == bytes(other):
        return True
    if dtype not in _NOT_A_NUMBER:
        return False
    import numpy as np

    a, b = (np.frombuffer(item, "<u2") for item in (one, other))
    beyond = _NOT_A_NUMBER[dtype]
    neither = ((a & _HALF) > beyond) & ((b & _HALF) > beyond)
    return bool(np.all((a == b) | neither))
