"""Tensors whose elements lie without gaps: their strides, their extents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from loadstone.core import dtypes
from loadstone.core.facts import Extent

AXES = 64  # of one tensor; numpy allows as many
_LARGEST = 1 << 63


def strides(shape: Sequence[int], *, fortran: bool = False) -> tuple[int, ...]:
    """Return the steps of each axis, in elements."""
    found: list[int] = []
    step = 1
    for size in shape if fortran else reversed(shape):
        found.append(step)
        step *= max(size, 1)
    return tuple(found if fortran else reversed(found))


def is_shape(sizes: Sequence[object]) -> bool:
    """Return whether `sizes` are those of a tensor that could be: whole, and not too many."""
    return len(sizes) <= AXES and all(type(size) is int and 0 <= size < _LARGEST for size in sizes)


def extent(
    dtype: str,
    shape: tuple[int, ...],
    offset: int,
    *,
    file: str = "",
    fortran: bool = False,
    byteorder: Literal["little", "big"] = "little",
) -> Extent:
    """Return the extent of a tensor that lies at `offset` of `file`."""
    count = 1
    for size in shape:
        count *= size
    steps = strides(shape, fortran=fortran)
    size = dtypes.nbytes(dtype, count)
    storage = f"{file}@{offset}" if file else str(offset)
    return Extent(file, offset, size, 0, steps, storage, byteorder)
