"""The columns of a batch, whatever it is, and what their cells are: numbers, texts, or missing."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, Final

from loadstone.runtime import batches

MOST_COLUMNS: Final = 512  # of an array; one of more is taken as a whole, as an image is


def columns(batch: Any) -> Iterator[tuple[str, Any]]:
    """Yield the columns of a batch: lists, or arrays of numbers; nothing for what has none."""
    if batches.is_frame(batch):
        for at, name in enumerate(batch.columns):
            column = batch.iloc[:, at]
            plain = getattr(column.dtype, "kind", "O") in "biuf"
            values = numbers(column.to_numpy()) if plain else None  # none of booleans beside NA
            yield str(name), column.tolist() if values is None else values
    elif isinstance(batch, dict):
        for name, values in batch.items():
            if batches.is_array(values) and len(values.shape) == 1:
                held = numbers(values)
                if held is not None:
                    yield str(name), held
                elif not batches.is_tensor(values) and hasattr(values, "tolist"):
                    yield str(name), values.tolist()
    elif batches.is_array(batch):
        yield from _of_array(batch)
    elif isinstance(batch, list) and batch:
        yield from _of_list(batch)


def _of_array(batch: Any) -> Iterator[tuple[str, Any]]:
    values = numbers(batch)
    if values is None or not values.size:
        return
    if values.ndim == 2 and values.shape[1] <= MOST_COLUMNS:
        for at in range(values.shape[1]):
            yield str(at), values[:, at]
    else:
        yield "", values.reshape(-1)


def numbers(value: Any) -> Any:
    """Return an array or tensor as a numpy array of numbers; None where it is none, or sparse."""
    if batches.is_tensor(value):
        value = value.detach().cpu()
        try:
            value = (value.float() if str(value.dtype) == "torch.bfloat16" else value).numpy()
        except (TypeError, RuntimeError):  # sparse, nested, quantized, float8
            return None
    kind = getattr(getattr(value, "dtype", None), "kind", "O")
    return value if kind in "biuf" and hasattr(value, "__array__") else None


def _of_list(batch: list[Any]) -> Iterator[tuple[str, Any]]:
    first = batch[0]
    if isinstance(first, str):
        yield "", batch
    elif isinstance(first, dict):
        names = dict.fromkeys(name for row in batch if isinstance(row, dict) for name in row)
        for name in names:
            yield str(name), [row.get(name) for row in batch if isinstance(row, dict)]
    elif isinstance(first, (list, tuple)):
        widths = {len(row) for row in batch if isinstance(row, (list, tuple))}
        if len(widths) == 1 and widths.pop() <= MOST_COLUMNS and not _nested(first):
            for at in range(len(first)):
                yield str(at), [row[at] for row in batch if isinstance(row, (list, tuple))]
    elif batches.is_array(first):
        import numpy as np

        parts = [numbers(row) for row in batch]
        if any(part is None for part in parts):
            return
        if len({part.shape for part in parts}) == 1:
            yield from _of_array(np.stack(parts))
        else:  # of several sizes, as sounds and pictures are
            yield "", np.concatenate([part.reshape(-1) for part in parts])


def _nested(row: Sequence[Any]) -> bool:
    return any(isinstance(cell, (list, tuple, dict)) or batches.is_array(cell) for cell in row)


def is_missing(value: Any) -> bool:
    """Whether a cell is None, NA, NaT or NaN."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return (isinstance(value, float) or _kind(value) == "f") and math.isnan(value)


def is_number(value: Any) -> bool:
    """Whether a cell is a finite number."""
    known = isinstance(value, (int, float)) or _kind(value) in "biuf"
    return known and math.isfinite(as_float(value))


def is_int(value: Any) -> bool:
    """Whether a cell is a whole number, of Python or numpy, and no truth value."""
    return type(value) is int or _kind(value) in ("i", "u")


def _kind(value: Any) -> str:
    """Return numpy's letter for a number of its own; `O` for what is no single one."""
    kind = getattr(getattr(value, "dtype", None), "kind", "O")
    return "O" if getattr(value, "ndim", 0) else str(kind)


def as_float(value: Any) -> float:
    """Return a number as a float, infinite where it is too large for one."""
    try:
        return float(value)
    except OverflowError:  # an int of more than 308 digits
        return math.inf if value > 0 else -math.inf


def missing_in(values: Any) -> list[int]:
    """Return the rows, from 1, whose value is missing."""
    if isinstance(values, list):
        return [at for at, value in enumerate(values, 1) if is_missing(value)]
    if values.dtype.kind != "f":
        return []
    absent = values != values  # noqa: PLR0124 - nan
    return (absent.nonzero()[0] + 1).tolist()  # type: ignore[no-any-return]
