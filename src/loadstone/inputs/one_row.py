"""One row or a batch: what rows given to a model file are, by their form and by its inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from loadstone.errors import UsageError
from loadstone.runtime import rows as given

Shapes = Mapping[str, Sequence[Any]]  # of the inputs by name, what is open as no number
_AXES = {"pictures": 3, "sounds": 1}  # of an array that is one row


def batch_of(inputs: Any, about: Mapping[str, Any] | None = None) -> tuple[Any, bool]:  # noqa: PLR0911 - one return a kind of rows
    """Return the rows of a batch, and whether one row was given alone.

    `about` is what the model says of itself: `takes` is what one row is, where that is no row of
    a table, and `shapes` are those of its inputs.
    """
    about = about or {}
    takes, shapes = str(about.get("takes", "")), about.get("shapes") or {}
    if isinstance(inputs, (str, PurePath)):
        return [str(inputs)], True
    if hasattr(inputs, "getbands"):  # of Pillow
        return [inputs], True
    if takes in _AXES and hasattr(inputs, "shape") and not given.is_frame(inputs):
        alone = len(inputs.shape) == _AXES[takes]
        return ([inputs] if alone else list(inputs)), alone
    if takes == "sounds" and isinstance(inputs, dict):
        return [inputs], True
    if isinstance(inputs, dict):
        wide = bool(inputs) and all(getattr(value, "ndim", 0) for value in inputs.values())
        return (inputs, False) if wide and not _is_record(inputs, shapes) else ([inputs], True)
    if type(inputs).__name__ == "Series" and hasattr(inputs, "to_frame"):
        return inputs.to_frame().T.infer_objects(), True
    if len(shapes) == 1:
        inputs, one = _of_one_input(inputs, len(next(iter(shapes.values()))))
        if one is not None:
            return inputs, one
    if isinstance(inputs, (list, tuple)):
        if not len(inputs):
            raise UsageError("there are no rows to predict")
        if isinstance(inputs[0], PurePath):
            return list(map(str, inputs)), False
        held = inputs if isinstance(inputs, list) else list(inputs)  # what `typed` takes stays it
        return ([held], True) if _is_flat(inputs) else (held, False)
    if getattr(inputs, "ndim", 2) == 1 and inputs.dtype.kind in "biufc":
        return inputs.reshape(1, -1), True
    return inputs, False


def _is_flat(inputs: Sequence[Any]) -> bool:
    """Whether a list is one row, of cells that are no rows themselves."""
    return not isinstance(inputs[0], (str, list, tuple, dict)) and not any(
        hasattr(inputs[0], name) for name in ("shape", "getbands")
    )


def _of_one_input(inputs: Any, axes: int) -> tuple[Any, bool | None]:
    """Return the rows, and whether they are one; None where the axes of the input do not tell."""
    if given.is_frame(inputs) or not getattr(inputs, "ndim", 1) or not len(inputs):
        return inputs, None
    if isinstance(inputs, (list, tuple)):
        if len(inputs) == 1 and getattr(inputs[0], "ndim", 0) == axes:
            return inputs[0], False  # a batch in a list, as Keras takes it
        return inputs, False if axes == 1 and _is_flat(inputs) else None
    own = getattr(inputs, "ndim", 0)
    if own > 1 and own == axes - 1:
        return inputs[None], True
    return inputs, False if own == axes == 1 else None


def _is_record(inputs: Mapping[str, Any], shapes: Shapes) -> bool:
    """Whether arrays by name can only be one row: each is one of its input, and no batch of them.

    Columns of numbers and texts are batches of inputs of one number each.
    """
    if inputs.keys() != shapes.keys():
        return False
    pairs = [(value.shape, list(shapes[name])) for name, value in inputs.items()]
    if not all(_fits(sizes, shape[1:]) for sizes, shape in pairs):
        return False
    many = {sizes[0] for sizes, _ in pairs}
    column = [len(shape) == 2 and _fits((1,), shape[1:]) for _, shape in pairs]
    return len(many) > 1 or not all(column)


def _fits(sizes: Sequence[int], shape: Sequence[Any]) -> bool:
    return len(sizes) == len(shape) and all(
        not isinstance(wanted, int) or wanted in (-1, size)
        for size, wanted in zip(sizes, shape, strict=True)
    )
