"""Which arrays have other sizes than every example had, where the model takes them all the same.

Pictures of another height or width are told. Of a sequence, that lengths vary is usual: it is told
where it is more than twice as long, where neither of its axes has the size that it had, and, of a
model that takes both of them at any size, where either is another. Another number of columns is no
question of size, and does not fit.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
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


def free_of(parts: Sequence[Mapping[str, Any]]) -> bool:
    """Whether both axes of a sequence were seen to be free at save."""
    return len(parts) == 1 and parts[0].get("free") == [1, 2]


def free(inputs: Any, predict: Callable[[Any], Any]) -> list[int]:
    """Return which axes of a batch of sequences the model takes at another size too.

    One row is predicted with one step more, and with one less. Of other inputs none is tried.
    """
    if not batches.is_array(inputs) or batches.is_frame(inputs) or len(inputs.shape) != 3:
        return []
    one = batches.row(inputs, 0, keep=True)
    return [axis for axis in (1, 2) if any(_takes(predict, item) for item in _others(one, axis))]


def _others(one: Any, axis: int) -> list[Any]:
    """Return an array with one step more on an axis, and with one less."""
    size = int(one.shape[axis])
    kept = [[*range(size), size - 1], list(range(size - 1))]
    places = [(slice(None),) * axis + (at,) for at in kept if at and size]
    return [one[place] for place in places]


def _takes(predict: Callable[[Any], Any], batch: Any) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            predict(batch)
    except Exception:  # noqa: BLE001 - the user's code may raise anything
        return False
    return True


def strays(shape: Shape, batch: Any, *, free: bool = False) -> tuple[Stray, ...]:
    """Return the arrays of a batch that have other sizes, as one fact.

    `free` is a model that takes sequences with any size of both axes.
    """
    if getattr(batch, "shape", ())[1:] == shape[1:]:
        return ()
    counted = _sizes(batch)
    odd = {sizes: rows for sizes, rows in counted.items() if _is_odd(sizes, shape[1:], free)}
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


def _is_odd(sizes: tuple[int, ...], shape: Shape, free: bool) -> bool:  # noqa: FBT001 - as above
    if len(sizes) != len(shape):
        return False
    known = [(now, then) for now, then in zip(sizes, shape, strict=True) if then is not None]
    if len(shape) >= 3 or (free and len(shape) == 2):
        return any(now != then for now, then in known)
    both = len(known) == 2 and all(now != then for now, then in known)  # as where they are swapped
    return both or any(now > 2 * then for now, then in known)
