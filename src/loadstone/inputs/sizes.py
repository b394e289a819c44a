"""Which arrays have other sizes than every example had, where the model takes them all the same.

Pictures of another height or width are told; a sequence only where it is more than twice as long,
or neither of its axes has the size that it had: that lengths vary is usual. Another number of
columns is no question of size, and does not fit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from loadstone.core.facts import Stray
from loadstone.inputs import described
from loadstone.inputs.signature import family
from loadstone.runtime import batches

_SHOWN: Final = 3
Shape = Sequence[int | None]


def shape_of(parts: Sequence[Mapping[str, Any]]) -> tuple[int | None, ...]:
    """Return the sizes of one array without a name, the first the batch; empty for other inputs."""
    one = parts[0] if len(parts) == 1 and not parts[0].get("name") else {}
    return tuple(one.get("shape") or ())


def are_columns(part: Mapping[str, Any]) -> bool:
    """Whether an array is a table: rows of so many floats."""
    shape = part.get("shape") or ()
    return len(shape) == 2 and family(str(part.get("dtype"))) == "float"


def strays(shape: Shape, batch: Any) -> tuple[Stray, ...]:
    """Return the arrays of a batch that have other sizes, as one fact."""
    counted = _sizes(batch)
    odd = {sizes: rows for sizes, rows in counted.items() if _is_odd(sizes, shape[1:])}
    if not odd:
        return ()
    shown = tuple(map(described.sizes, list(odd)[:_SHOWN]))
    unit, all_rows = "picture" if len(shape) == 4 else "row", sum(counted.values())
    then = described.sizes(shape[1:])
    return (Stray("", "size", sum(odd.values()), all_rows, unit, shown, then),)


def _sizes(batch: Any) -> dict[tuple[int, ...], int]:
    """Return the sizes of the arrays in a batch, and how many have them."""
    if batches.is_array(batch) and not batches.is_frame(batch):
        rows, *sizes = map(int, batch.shape)
        return {tuple(sizes): rows} if rows else {}
    held = batch if isinstance(batch, list) else ()
    return Counter(tuple(map(int, item.shape)) for item in held if batches.is_array(item))


def _is_odd(sizes: tuple[int, ...], shape: Shape) -> bool:
    if len(sizes) != len(shape):
        return False
    known = [(now, then) for now, then in zip(sizes, shape, strict=True) if then is not None]
    if len(shape) >= 3:
        return any(now != then for now, then in known)
    both = len(known) == 2 and all(now != then for now, then in known)  # as where they are swapped
    return both or any(now > 2 * then for now, then in known)
