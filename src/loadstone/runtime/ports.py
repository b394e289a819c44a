"""Rows into the named arrays that a graph takes: by name, in the dtype and rank of each input."""

import itertools
from typing import Any, Dict, List, Optional, Sequence

from . import rows as given
from .rows import MisfitError

_FEW = 6  # inputs, of which every order is tried


class Port:
    """One input or output: its name, the numpy dtype ("str" for texts), and its sizes."""

    def __init__(self, name: str, dtype: str, shape: Optional[Sequence[Any]]) -> None:
        self.name = name
        self.dtype = dtype
        self.shape = None if shape is None else list(shape)


def shapes_of(inputs: Sequence[Port]) -> Dict[str, List[Any]]:
    """Return the sizes of every input by name; nothing where one says none."""
    told = {port.name: port.shape for port in inputs if port.shape is not None}
    return told if len(told) == len(inputs) else {}


def feed_of(rows: Any, inputs: List[Port], order: Sequence[str] = ()) -> Dict[str, Any]:
    """Return each input's array; `order` is that in which the model is called, where it is known.

    Raises `MisfitError` where the rows do not fit the inputs.
    """
    rows = placed(rows, inputs, order)
    if given.are_records(rows):
        return _named(rows, inputs)
    if len(inputs) != 1:
        listed = ", ".join("`{}`".format(port.name) for port in inputs[:6])
        raise MisfitError("the model has the inputs {}: give records".format(listed), "names")  # noqa: EM103 - messages read better where they are raised
    port = inputs[0]
    return {port.name: cast(rows, port)}


def fed(batch: Any, inputs: List[Port]) -> Dict[str, Any]:
    """Return each input's array of what Keras is called with: a tuple holds one for each, or rows.

    Raises `MisfitError` as `feed_of`.
    """
    rows = not isinstance(batch, tuple) or len(batch) != len(inputs)
    if rows or (len(inputs) == 1 and _is_row(inputs[0], batch[0])):
        return feed_of(given.packed(batch), inputs)
    pairs = zip(inputs, batch)  # noqa: B905 - Python 3.6 has no `strict`
    return {port.name: cast(values, port) for port, values in pairs}


def _is_row(port: Port, values: Any) -> bool:
    """Whether an array is one row of an input, by its sizes, and no batch of rows of one number."""
    sizes = None if port.shape is None else port.shape[1:]
    if not sizes or sizes == [1] or len(sizes) != getattr(values, "ndim", -1):
        return False
    return all(size in (None, -1, held) for size, held in zip(sizes, values.shape))  # noqa: B905 - as above


def placed(rows: Any, inputs: List[Port], order: Sequence[str] = ()) -> Any:
    """Return arrays that are given by their place by the names of the inputs; other rows as is.

    `order` is that of the model's call. Where it is not known, each array has to fit one input
    alone, by its type and its sizes.
    """
    many = isinstance(rows, (list, tuple)) and len(rows) == len(inputs) > 1
    if not many or not all(getattr(item, "ndim", 0) for item in rows):
        return rows
    names = [port.name for port in inputs]
    if sorted(order) == sorted(names):
        return dict(zip(order, rows))  # noqa: B905 - Python 3.6 has no `strict`
    fitting = [[port.name for port in inputs if _takes(port, item)] for item in rows]
    ways = itertools.permutations(names) if len(names) <= _FEW else ()
    found = [one for one in ways if _are_within(one, fitting)]
    if len(found) == 1:
        return dict(zip(found[0], rows))  # noqa: B905 - as above
    listed = ", ".join("`{}`".format(name) for name in names[:6])
    why = "nothing says which of the arrays is which input ({}): give them by name"
    raise MisfitError(why.format(listed), "names")


def _are_within(names: Sequence[str], fitting: Sequence[Sequence[str]]) -> bool:
    return all(name in held for name, held in zip(names, fitting))  # noqa: B905 - as above


def _takes(port: Port, values: Any) -> bool:
    """Whether an array may be the values of an input."""
    sizes = port.shape
    if sizes is not None:
        if len(sizes) != values.ndim:
            return False
        if any(size not in (None, -1, held) for size, held in zip(sizes, values.shape)):  # noqa: B905 - as above
            return False
    if port.dtype == "str":
        return bool(values.dtype.kind in "OSU")
    if port.dtype and _is_whole(port.dtype):
        return bool(values.dtype.kind in "biu")
    return bool(values.dtype.kind in "biuf")


def _named(rows: Any, inputs: List[Port]) -> Dict[str, Any]:
    there = given.names_of(rows)
    wanted = [port.name for port in inputs]
    if len(inputs) == 1 and wanted[0] not in there:
        return {wanted[0]: cast(given.matrix(rows, None), inputs[0])}
    given.ordered(rows, wanted)
    return {port.name: cast(_column(given.column(rows, port.name)), port) for port in inputs}


def _column(values: Any) -> Any:
    """Return the cells of one input; those that are lists or arrays themselves make one array."""
    kind = getattr(getattr(values, "dtype", None), "kind", "")
    held = list(values) if kind == "O" and values.ndim == 1 else values
    if not isinstance(held, list) or not held:
        return given.cells(values)
    if isinstance(held[0], (list, tuple)):
        return given.array(held)
    if getattr(held[0], "ndim", 0):
        return given.array([cell.tolist() if hasattr(cell, "tolist") else cell for cell in held])
    return given.cells(values)


def cast(values: Any, port: Port) -> Any:
    """Return values in the dtype and rank of an input; whole numbers are not cut from others."""
    import numpy as np

    if hasattr(values, "toarray"):
        values = values.toarray()
    made = given.array(values) if isinstance(values, list) else np.asarray(values)
    if port.shape is not None and made.ndim == 1 and len(port.shape) == 2:
        made = made.reshape(-1, 1)
    if port.shape is not None and len(port.shape) != made.ndim:
        why = "the input `{}` has {} dimensions, and the rows have {}"
        raise MisfitError(why.format(port.name, len(port.shape), made.ndim))
    _fits(made, port)
    if port.dtype == "str":
        if any(cell is None or cell != cell for cell in made.reshape(-1).tolist()):  # noqa: PLR0124 - nan
            why = "the input `{}` takes texts, and a row has none there"
            raise MisfitError(why.format(port.name), "dtype")
        return made.astype(str).astype(object)
    if not port.dtype or made.dtype == np.dtype(port.dtype):
        return made
    if made.dtype.kind not in "biuf" or (made.dtype.kind == "f" and _is_whole(port.dtype)):
        if made.dtype.kind == "f" and (made == np.floor(made)).all():
            return made.astype(port.dtype)
        why = "the input `{}` takes {}, and the rows hold {}"
        told = "other values" if made.dtype.kind != "f" else "fractions or nan"
        raise MisfitError(why.format(port.name, port.dtype, told), "dtype")
    return made.astype(port.dtype)


def _fits(made: Any, port: Port) -> None:
    sizes = list(port.shape or ())[1:]
    given_sizes = list(made.shape[1:])
    if all(not _is_size(size) or size == held for size, held in zip(sizes, given_sizes)):  # noqa: B905 - Python 3.6 has no `strict`
        return
    if len(sizes) == 1:
        word = "column" if given_sizes[0] == 1 else "columns"
        why = "the rows have {} {}, and the input `{}` has {}"
        raise MisfitError(why.format(given_sizes[0], word, port.name, sizes[0]))
    why = "each row is {}, and the input `{}` takes {}"
    told = why.format(_sizes(given_sizes), port.name, _sizes(sizes))
    if sorted(map(str, sizes)) == sorted(map(str, given_sizes)):
        told += ": its axes are in another order"
    raise MisfitError(told)


def _is_size(size: Any) -> bool:
    return isinstance(size, int) and size > 0


def _sizes(shape: List[Any]) -> str:
    return "×".join(str(size) if _is_size(size) else "?" for size in shape)


def _is_whole(dtype: str) -> bool:
    return dtype.startswith(("int", "uint", "bool"))
