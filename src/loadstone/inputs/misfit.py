"""Why a prediction raised: the batch is not what the model was saved with, or one row of it.

What the model was fed is said beside what it was fed at save.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loadstone.errors import UsageError
from loadstone.inputs import described
from loadstone.inputs.limits import exceeded
from loadstone.inputs.signature import inferred
from loadstone.inputs.single import Shape, Stages
from loadstone.runtime import batches
from loadstone.runtime.steps import Steps

_TRIED = 1000  # rows that are tried one by one


def misfit(shape: Shape, steps: Stages, batch: Any, model: Any = None) -> UsageError | None:
    """Return what is wrong with a batch that raised, or None where it is as the examples were.

    Of a `model` of torch, also which of its limits the batch goes beyond.
    """
    beyond = exceeded(model, steps, batch)
    told = _misfit(shape, steps, batch, beyond)
    return UsageError(f"{beyond}: it cannot be predicted") if told is None and beyond else told


def _misfit(shape: Shape, steps: Stages, batch: Any, beyond: str) -> UsageError | None:
    if isinstance(batch, list) or batches.is_frame(batch):
        return _row(shape, steps, batch, beyond)
    if not batches.is_array(batch) or batches.is_frame(batch) or not shape.sizes:
        return None
    sizes = tuple(batch.shape)
    dtype = str(batch.dtype).removeprefix("torch.")
    fits = len(sizes) == len(shape.sizes) and all(
        wanted is None or wanted == size for wanted, size in zip(shape.sizes, sizes, strict=True)
    )
    return None if fits and dtype == shape.dtype else shape.unfit(described.given(batch))


def _row(shape: Shape, steps: Stages, rows: Any, beyond: str) -> UsageError | None:
    """Return which of the rows raises alone."""
    count = len(rows)
    for at in range(min(count, _TRIED)):
        one = batches.row(rows, at, keep=True)
        item = rows[at] if isinstance(rows, list) else batches.items(one)[0]
        error = _raised(steps, one)
        if error is None:
            continue
        fed = _fed(shape, steps, one)
        if count == 1 and not fed and not beyond and not _differs(shape, item):
            return None
        told = beyond or f"{type(error).__name__}: {' '.join(str(error).split())}"
        head = f"row {at + 1:,} of {count:,}, {_shown(item)}, cannot be predicted"
        tail = f"; this model takes {shape.expected}" if _differs(shape, item) else ""
        return UsageError(f"{head}: {told}{fed}{tail}")
    return None


def _fed(shape: Shape, steps: Stages, one: Any) -> str:
    """Return what the preprocessing makes of a row, where it is otherwise made than at save."""
    if not shape.prepared or not isinstance(steps, Steps) or steps.preprocess is None:
        return ""
    try:
        parts = inferred(steps.prepare(one))
    except Exception:  # noqa: BLE001 - as below; then nothing was fed
        return ""
    if len(parts) == len(shape.prepared) and all(map(_like, parts, shape.prepared)):
        return ""
    now, then = (
        ", ".join(described.of_part(part) for part in side if "shape" in part)
        for side in (parts, shape.prepared)
    )
    return f"; the model was fed {now}, and {then} at save" if now and then else ""


def _like(now: Mapping[str, Any], then: Mapping[str, Any]) -> bool:
    """Whether a prepared input has the dtype and the sizes that it had at save."""
    if now.get("dtype") != then.get("dtype"):
        return False
    sizes, wanted = now.get("shape") or (), then.get("shape") or ()
    if len(sizes) != len(wanted):
        return not wanted
    return all(None in pair or pair[0] == pair[1] for pair in zip(sizes, wanted, strict=True))


def _raised(steps: Stages, one: Any) -> Exception | None:
    try:
        steps.predict(one)
    except Exception as error:  # noqa: BLE001 - the user's code may raise anything
        return error
    return None


def _differs(shape: Shape, item: Any) -> bool:
    words = {"texts": str, "records": dict}
    if shape.kind in words:
        return not isinstance(item, words[shape.kind])
    return shape.kind == "items" and shape.item == "tuple" and not isinstance(item, tuple)


def _shown(item: Any) -> str:
    if isinstance(item, str):
        return repr(item if len(item) <= 40 else f"{item[:40]}…")
    return described.given(item)
