"""A batch made to fit the signature: columns by name, casts that lose nothing, axes in their order.

What cannot be made to fit is a `Misfit`: the model is not asked. Sizes that only the model can
judge (a longer text, a larger picture) are left to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from loadstone.core.classes import dataclass
from loadstone.core.facts import Misfit
from loadstone.core.words import count
from loadstone.errors import UsageError
from loadstone.inputs import described, sizes
from loadstone.inputs.casts import Lossy, cast
from loadstone.runtime import batches

_CHANNELS: Final = (1, 3, 4)  # sizes of an axis of colours
_SHOWN: Final = 12  # parts in the table of an error


@dataclass(frozen=True, slots=True)
class Fitted:
    """A batch as the model takes it, or what stands against that."""

    batch: Any
    misfits: tuple[Misfit, ...] = ()
    spare: tuple[str, ...] = ()  # columns that are left out


class MisfitInputError(UsageError):
    """Inputs that the signature does not allow; `misfits` tell which, and why."""

    def __init__(self, misfits: Sequence[Misfit], table: Sequence[tuple[str, str]]) -> None:
        heads = [item.message for item in misfits[:_SHOWN]]
        rows = [("expected", "given"), *table[:_SHOWN]]
        wide = max(len(left) for left, _ in rows)
        lines = [f"  {left:<{wide}}  {right}".rstrip() for left, right in rows]
        more = len(table) - _SHOWN
        tail = [f"  … and {more:,} more"] if more > 0 else []
        super().__init__("\n".join([*heads, *lines, *tail]))
        self.misfits = tuple(misfits)


def array(given: Any, part: Mapping[str, Any]) -> Fitted:
    """Return an array or tensor, its first axis the batch, in the dtype of its part."""
    told = _axes(given.shape, part.get("shape")) or _columns(given.shape, part)
    if told:
        return _unfit("axes", told, given, part)
    try:
        made = cast(given, str(part.get("dtype") or given.dtype))
    except Lossy as error:
        takes = described.of_part(part)
        return _unfit("type", f"the inputs {error.why}, and this model takes {takes}", given, part)
    if part.get("missing") is False and (place := _first_missing(made)):
        column = ", ".join(map(str, place[1:]))
        where = f"row {place[0] + 1:,}, column {column}"
        message = f"a value is missing (NaN) at {where}, and the signature allows none"
        return _unfit("missing", message, given, part)
    return Fitted(made)


def _unfit(kind: str, message: str, given: Any, part: Mapping[str, Any]) -> Fitted:
    misfit = Misfit(kind, "", message, described.of_part(part), described.given(given))
    return Fitted(given, (misfit,))


def items(given: Sequence[Any], part: Mapping[str, Any]) -> Fitted:
    """Return a list of arrays of several sizes; channels on another axis do not fit."""
    for number, item in enumerate(given, 1):
        if not batches.is_array(item):
            continue
        told = _moved_channels(tuple(item.shape), (part.get("shape") or (None,))[1:])
        if told:
            message = f"row {number:,} of {len(given):,}: {told}"
            shown = described.given(item)
            return Fitted(given, (Misfit("axes", "", message, described.of_part(part), shown),))
    return Fitted(given)


def _axes(given: Sequence[int], shape: Sequence[int | None] | None) -> str:
    """Return what is wrong with the axes; empty where only the model can tell."""
    if not shape:
        return ""
    found, wanted = described.sizes(given), described.sizes(shape)
    if len(given) == len(shape) + 1:
        one = " of size 1: it is a batch already, give it without" if given[0] == 1 else ""
        return f"{found} has one axis more than {wanted}, the first{one}"
    if len(given) != len(shape):
        return f"{found} has {len(given)} axes, and this model takes {wanted}"
    return _moved_channels(tuple(given[1:]), shape[1:])


def _columns(found: Sequence[int], part: Mapping[str, Any]) -> str:
    """Return that a table has another number of columns; empty where it has as many."""
    if not sizes.are_columns(part):
        return ""
    wanted = part["shape"][1]
    if wanted in (None, found[1]):
        return ""
    return (
        f"{described.sizes(found)} has {count(found[1], 'column')}, and this model takes {wanted}"
    )


def _moved_channels(given: tuple[int, ...], shape: Sequence[int | None]) -> str:
    """Return how the channels of a picture stand on another axis than they did."""
    if len(given) != 3 or len(shape) != 3:
        return ""
    for at, other, order in ((0, 2, ("first", "last")), (2, 0, ("last", "first"))):
        channels = shape[at]
        rest = [size for axis, size in enumerate(shape) if axis != at]
        if channels not in _CHANNELS or any(size in _CHANNELS for size in rest):
            continue
        if given[at] != channels and given[other] == channels:
            found, wanted = described.sizes(given), described.sizes(shape)
            return (
                f"the channels of {found} are {order[1]} ({_LETTERS[order[1]]}), and the "
                f"examples had them {order[0]} ({wanted}, {_LETTERS[order[0]]})"
            )
    return ""


_LETTERS: Final = {"first": "CHW", "last": "HWC"}


def _first_missing(values: Any) -> tuple[int, ...]:
    """Return where the first NaN of an array is; empty where there is none."""
    import numpy as np

    if batches.is_tensor(values):
        values = values.detach().cpu().float().numpy() if values.is_floating_point() else None
    if values is None or getattr(values.dtype, "kind", "") != "f":
        return ()
    found = np.argwhere(np.isnan(values))
    return tuple(map(int, found[0])) if len(found) else ()
