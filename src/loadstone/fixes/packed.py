"""The bytes of one tensor after edits, a chunk at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from loadstone import readers
from loadstone.core import dtypes
from loadstone.core.classes import replace
from loadstone.core.facts import TensorFact
from loadstone.statedict.edited import Made

_ROWS = 64  # of a turned matrix, written at a time
_WIDTHS = (1, 2, 4, 8, 16)  # bytes of an element that numpy turns


def packed(
    path: str | os.PathLike[str], made: Mapping[str, Made], key: str, fact: TensorFact
) -> readers.Stretch | Iterator[memoryview]:
    """Return the elements of the tensor `key`, row-major, little-endian, without gaps.

    A turned matrix is held in memory once. Raises `ValueError` and `OSError` as reading does.
    """
    how = made.get(key)
    if how is not None:
        return _made(path, how, fact)
    return _turned(path, fact) if _lies_turned(fact) else readers.streamed(path, fact)


def _made(path: str | os.PathLike[str], how: Made, fact: TensorFact) -> Iterator[memoryview]:
    if how.norm:
        from loadstone.fixes.norms import packed_norm

        yield packed_norm(path, how, fact)
        return
    for part in how.parts:
        yield from _bytes(path, part)
    if how.fill:
        yield memoryview(_filled(_after(fact, how.parts), how.fill))


def _bytes(path: str | os.PathLike[str], fact: TensorFact) -> Iterator[memoryview]:
    return _turned(path, fact) if _lies_turned(fact) else readers.tensor_bytes(path, fact)


def _lies_turned(fact: TensorFact) -> bool:
    place = fact.extent
    turned = place is not None and len(fact.shape) == 2 and place.stride == (1, fact.shape[0])
    return turned and dtypes.bits(fact.dtype) // 8 in _WIDTHS


def _turned(path: str | os.PathLike[str], fact: TensorFact) -> Iterator[memoryview]:
    import numpy as np

    place = fact.extent
    assert place is not None
    as_it_lies = replace(
        fact, shape=fact.shape[::-1], extent=replace(place, stride=place.stride[::-1])
    )
    data = bytearray().join(readers.tensor_bytes(path, as_it_lies))
    matrix = np.frombuffer(data, dtype=f"V{dtypes.bits(fact.dtype) // 8}")
    rows = matrix.reshape(as_it_lies.shape).T
    for at in range(0, len(rows), _ROWS):
        yield memoryview(np.ascontiguousarray(rows[at : at + _ROWS]).tobytes())


def _after(fact: TensorFact, parts: tuple[TensorFact, ...]) -> TensorFact:
    """Return the rows that follow those of the parts."""
    if not parts:
        return fact
    rows = fact.shape[0] - sum(part.shape[0] for part in parts)
    return TensorFact(fact.dtype, (rows, *fact.shape[1:]))


def _filled(fact: TensorFact, value: str) -> bytes:
    """Return zeros, or whole numbers from 0 along the last axis."""
    if value == "zeros":
        return bytes(fact.nbytes)
    size, last = fact.nbytes // max(1, fact.count), fact.shape[-1]
    row = b"".join(number.to_bytes(size, "little") for number in range(last))
    return row * (fact.count // max(1, last))
