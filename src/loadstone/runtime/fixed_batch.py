"""Rows for a program that takes batches of one size: given in such, the last one filled up.

What fills it up is cut off again, and must not change what the other rows get.
"""

from typing import Any, Callable, List, Optional, Sequence

from .ports import Port
from .rows import MisfitError

Run = Callable[[Any], Any]


def size_of(ports: Sequence[Port]) -> Optional[int]:
    """Return the number of rows that every input is for, None where the caller chooses it."""
    sizes = {port.shape[0] if port.shape else None for port in ports}
    size = sizes.pop() if len(sizes) == 1 else None
    return size if isinstance(size, int) and size > 0 else None


def run_in(size: Optional[int], given: Any, run: Run) -> Any:
    """Return what `run` gives for all rows: arrays, or dicts and tuples of them.

    Raises `MisfitError` where an output does not have a row for each, or where rows of one batch
    depend on each other and the last one is not full.
    """
    import numpy as np

    many = {len(item) for item in _leaves(given)}
    if size is None or many == {size} or len(many) != 1:
        return run(given)
    found: List[Any] = []
    for start in range(0, many.pop(), size):
        part = _cut(given, start, start + size)
        rows = len(_leaves(part)[0])
        made = _rows(run(_filled(part, size, last=True)), size, rows)
        if rows < size:
            other = _rows(run(_filled(part, size, last=False)), size, rows)
            pairs = zip(_leaves(made), _leaves(other))  # noqa: B905 - Python 3.6 has no `strict`
            if not all(a.tobytes() == b.tobytes() or _equal(a, b) for a, b in pairs):
                why = "the model takes batches of {} rows, which depend on each other: give so many"
                raise MisfitError(why.format(size))
        found.append(made)
    return _joined(found, np.concatenate)


def _filled(part: Any, size: int, *, last: bool) -> Any:
    """Return a batch of `size` rows: the last one again, or rows of zeros and empty texts."""
    import numpy as np

    def fill(held: Any) -> Any:
        held = np.asarray(held)
        short = size - len(held)
        row = held[-1:] if last else _blank(held[-1:])
        return np.concatenate([held, *[row] * short]) if short else held

    return _each(fill, part)


def _blank(row: Any) -> Any:
    import numpy as np

    made = np.zeros_like(row)
    if row.dtype.kind == "O":
        made[...] = ""
    return made


def _rows(made: Any, size: int, rows: int) -> Any:
    if any(getattr(item, "shape", ())[:1] != (size,) for item in _leaves(made)):
        why = "the model takes batches of {} rows, and an output has not one for each: give so many"
        raise MisfitError(why.format(size))
    return _cut(made, 0, rows)


def _cut(value: Any, start: int, stop: int) -> Any:
    return _each(lambda held: held[start:stop], value)


def _equal(a: Any, b: Any) -> bool:
    """Whether two arrays of texts are equal; those of numbers are compared by their bytes."""
    return bool(a.dtype.kind == "O" and a.tolist() == b.tolist())


def _leaves(value: Any) -> List[Any]:
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in _leaves(item)]
    if isinstance(value, (list, tuple)):
        return [leaf for item in value for leaf in _leaves(item)]
    return [value]


def _each(function: Callable[[Any], Any], value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _each(function, item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_each(function, item) for item in value)
    return function(value)


def _joined(parts: List[Any], join: Callable[[List[Any]], Any]) -> Any:
    first = parts[0]
    if isinstance(first, dict):
        return {name: _joined([part[name] for part in parts], join) for name in first}
    if isinstance(first, (list, tuple)):
        return type(first)(_joined([part[at] for part in parts], join) for at in range(len(first)))
    return join(parts)
