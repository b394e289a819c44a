"""Single inputs into one batch and a batch into its rows: arrays, tensors, frames, lists, trees.

A `None` in a tree of outputs, as in `(logits, None)`, is the same for every row.
"""

from typing import Any, List, Optional


class UnbatchableError(Exception):
    """The values have no common shape."""


def is_tensor(value: Any) -> bool:
    """Return whether `value` is a torch tensor, without importing torch."""
    return hasattr(value, "untyped_storage") or type(value).__module__ == "torch"


def is_array(value: Any) -> bool:
    """Return whether `value` is a numpy array or a tensor, with a shape."""
    return hasattr(value, "shape") and hasattr(value, "dtype") and hasattr(value, "__getitem__")


def is_frame(value: Any) -> bool:
    """Return whether `value` is a table with named columns."""
    return hasattr(value, "iloc") and hasattr(value, "columns")


def count(value: Any) -> Optional[int]:
    """Return how many rows `value` holds, or None where it is no batch."""
    if isinstance(value, (str, bytes, dict)) and not is_frame(value):
        held = value.values() if isinstance(value, dict) else ()
        sizes = {count(item) for item in held if item is not None}
        return sizes.pop() if len(sizes) == 1 else None
    if is_frame(value):
        return len(value)
    if is_array(value):
        return int(value.shape[0]) if len(value.shape) else None
    if isinstance(value, list):
        return len(value)
    if isinstance(value, tuple):
        sizes = {count(item) for item in value if item is not None}
        return sizes.pop() if len(sizes) == 1 else None
    return None


def items(value: Any) -> List[Any]:
    """Return the single inputs of a batch; a row of a frame is a record."""
    if is_frame(value):
        names = list(value.columns)
        return [dict(zip(names, row)) for row in value.itertuples(index=False, name=None)]  # noqa: B905 - Python 3.6 has no `strict`
    return list(value)


def one(value: Any) -> Any:
    """Return a batch of the single input `value`."""
    return value[None] if is_array(value) and not is_frame(value) else [value]


def is_columns(value: Any) -> bool:
    """Return whether `value` are the inputs of a batch by name: arrays, or lists, of one length."""
    if not isinstance(value, dict) or not value:
        return False
    return all(isinstance(item, list) or is_array(item) for item in value.values()) and bool(
        count(value)
    )


def records(columns: Any) -> List[Any]:
    """Return inputs by name as a record for each row."""
    held = list(columns.items())
    return [{name: item[at] for name, item in held} for at in range(count(columns) or 0)]


def depth(value: Any) -> int:
    """Return how many axes a cell has: 0 for a number or a text."""
    if is_array(value):
        return len(value.shape)
    return (
        1 + depth(value[0]) if isinstance(value, list) and value else int(isinstance(value, list))
    )


def row(value: Any, at: int, keep: bool = False) -> Any:  # noqa: FBT001, FBT002 - called with its name or not at all
    """Return row `at` of every array of a batch; with `keep`, as a batch of one."""
    if isinstance(value, dict):
        kind = type(value)
        return kind((key, row(item, at, keep)) for key, item in value.items())
    if isinstance(value, tuple):
        parts = [row(item, at, keep) for item in value]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    if is_frame(value):
        return value.iloc[at : at + 1] if keep else value.iloc[at]
    if value is None:
        return None
    return value[at : at + 1] if keep else value[at]


def stack(values: List[Any]) -> Any:
    """Return equal arrays as one with a new first axis; trees leaf by leaf."""
    return _merge(values, new=True)


def concat(values: List[Any]) -> Any:
    """Return arrays joined along their first axis; trees leaf by leaf."""
    return _merge(values, new=False)


def _merge(values: List[Any], new: bool) -> Any:  # noqa: FBT001 - called with its name or not at all
    first = values[0]
    if all(value is None for value in values):
        return None
    if isinstance(first, dict):
        if any(set(value) != set(first) for value in values):
            raise UnbatchableError("the keys differ")
        kind = type(first)
        return kind((key, _merge([value[key] for value in values], new)) for key in first)
    if isinstance(first, (tuple, list)) and not _numbers(first):
        if any(len(value) != len(first) for value in values):
            raise UnbatchableError("the lengths differ")
        parts = [_merge([value[at] for value in values], new) for at in range(len(first))]
        return type(first)(*parts) if hasattr(first, "_fields") else type(first)(parts)
    if is_tensor(first):
        import torch

        rest = {tuple(value.shape) if new else tuple(value.shape[1:]) for value in values}
        if len(rest) != 1 or (not new and not first.dim()):
            raise UnbatchableError("the shapes differ")
        return torch.stack(values) if new else torch.cat(values)
    if is_array(first):
        import numpy as np

        rest = {tuple(value.shape) if new else tuple(value.shape[1:]) for value in values}
        if len(rest) != 1 or (not new and not first.ndim):
            raise UnbatchableError("the shapes differ")
        return np.stack(values) if new else np.concatenate(values)
    if isinstance(first, (int, float)):
        if not new:
            raise UnbatchableError("a number has no first axis")
        import numpy as np

        return np.asarray(values)
    raise UnbatchableError("`{}` has no shape".format(type(first).__name__))  # noqa: EM103 - messages read better where they are raised


def _numbers(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, (int, float)) for item in value)


def leading_one(value: Any) -> bool:
    """Return whether every array in `value` has a first axis of length one."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (tuple, list)):
        return bool(value) and all(item is None or leading_one(item) for item in value)
    return is_array(value) and len(value.shape) > 0 and value.shape[0] == 1


def add_axis(value: Any) -> Any:
    """Return `value` with a new first axis on every array."""
    if isinstance(value, dict):
        return type(value)((key, add_axis(item)) for key, item in value.items())
    if isinstance(value, tuple):
        return tuple(add_axis(item) for item in value)
    if is_array(value):
        return value[None]
    raise UnbatchableError("`{}` has no shape".format(type(value).__name__))  # noqa: EM103 - messages read better where they are raised
