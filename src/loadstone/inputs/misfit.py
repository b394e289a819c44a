"""Why a prediction raised: the batch is not what the model was saved with, or one row of it."""

from __future__ import annotations

from typing import Any

from loadstone.errors import UsageError
from loadstone.inputs import described
from loadstone.inputs.single import Shape, Stages
from loadstone.runtime import batches


def misfit(shape: Shape, steps: Stages, batch: Any) -> UsageError | None:
    """Return what is wrong with a batch that raised, or None where it is as the examples were."""
    if isinstance(batch, list):
        return _row(shape, steps, batch)
    if not batches.is_array(batch) or batches.is_frame(batch) or not shape.sizes:
        return None
    sizes = tuple(batch.shape)
    dtype = str(batch.dtype).removeprefix("torch.")
    fits = len(sizes) == len(shape.sizes) and all(
        wanted is None or wanted == size for wanted, size in zip(shape.sizes, sizes, strict=True)
    )
    return None if fits and dtype == shape.dtype else shape.unfit(described.given(batch))


def _row(shape: Shape, steps: Stages, rows: list[Any]) -> UsageError | None:
    """Return which of the rows raises alone."""
    for number, item in enumerate(rows, 1):
        error = _raised(steps, item)
        if error is None:
            continue
        if len(rows) == 1 and not _differs(shape, item):
            return None
        told = " ".join(str(error).split())
        head = f"row {number:,} of {len(rows):,}, {_shown(item)}, cannot be predicted"
        tail = f"; this model takes {shape.expected}" if _differs(shape, item) else ""
        return UsageError(f"{head}: {type(error).__name__}: {told}{tail}")
    return None


def _raised(steps: Stages, item: Any) -> Exception | None:
    try:
        steps.predict([item])
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
