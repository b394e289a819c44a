"""pandas' columns from the nodes that `columns` makes, with whatever pandas is there, or none.

A version that lacks a dtype gets what it had for such data: nullable whole numbers become floats
with nan where something is missing (objects where a float would round them), text becomes objects.
"""

import importlib
from typing import Any, Callable, Dict, List, Sequence

from .moments import zone_from
from .values import array_of, decode

Node = Any
_EXACT = 1 << 53  # whole numbers up to here are floats without rounding


class Table:
    """Named columns where pandas is not installed: numpy arrays, all of one length."""

    def __init__(self, names: Sequence[Any], columns: Sequence[Any], rows: int) -> None:
        self.names = list(names)
        self.columns = list(columns)
        self.rows = rows

    def __len__(self) -> int:
        return self.rows


def frame_from(tree: Node, arrays: Any, _other: Any) -> Any:
    """Return the DataFrame of a node; a `Table` where there is no pandas."""
    pd = pandas()
    names = values_of(tree["k"], arrays, pd)
    columns = [values_of(node, arrays, pd) for node in tree["v"]]
    index = index_of(tree["index"], arrays, pd)
    if pd is None:
        return Table(_listed(names), columns, len(index))
    made = [_series(pd, column, index) for column in columns]
    frame = pd.DataFrame(dict(enumerate(made)), index=index)
    frame.columns = index_of(tree["k"], arrays, pd)
    return frame


def series_from(tree: Node, arrays: Any, _other: Any) -> Any:
    """Return the Series of a node; an array where there is no pandas."""
    pd = pandas()
    values = values_of(tree["v"], arrays, pd)
    if pd is None:
        return values
    return _series(pd, values, index_of(tree["index"], arrays, pd)).rename(
        decode(tree["name"], arrays)
    )


def _series(pd: Any, values: Any, index: Any) -> Any:
    """Return a Series of the type at hand: of objects alone pandas would infer another."""
    keep = getattr(values, "dtype", None) == "object"
    return pd.Series(values, index=index, dtype=object if keep else None)


def index_from(tree: Node, arrays: Any, _other: Any) -> Any:
    """Return the Index of a node; an array where there is no pandas."""
    return index_of(tree["v"], arrays, pandas())


def pandas() -> Any:
    """Return pandas, or None where it is not installed."""
    try:
        return importlib.import_module("pandas")
    except ImportError:
        return None


def index_of(node: Node, arrays: Any, pd: Any) -> Any:
    """Return a node as an Index with its names."""
    values = values_of(node, arrays, pd)
    if pd is None:
        return values
    names = [decode(name, arrays) for name in node.get("names", [None])]
    if node["kind"] != "levels":
        keep = {"dtype": values.dtype} if hasattr(values, "dtype") else {}
        values = values if isinstance(values, pd.Index) else pd.Index(values, **keep)
        if "freq" in node:
            values = _with_freq(values, node["freq"])
    return values.rename(names if node["kind"] == "levels" else names[0])


def _with_freq(values: Any, freq: str) -> Any:
    try:
        values.freq = freq
    except (ValueError, AttributeError, TypeError):  # spelt otherwise in another version
        return values
    return values


def values_of(node: Node, arrays: Any, pd: Any) -> Any:
    """Return the values of a column: an array of numpy's or pandas', or an Index."""
    return _DECODERS[node["kind"]](node, arrays, pd)


def _array(node: Node, arrays: Any, _pd: Any) -> Any:
    return array_of(node["v"], arrays)


def _range(node: Node, _arrays: Any, pd: Any) -> Any:
    import numpy as np

    start, step, count = node["v"]
    if pd is None:
        return np.arange(start, start + step * count, step)
    return pd.RangeIndex(start, start + step * count, step)


def _levels(node: Node, arrays: Any, pd: Any) -> Any:
    levels = [values_of(level, arrays, pd) for level in node["v"]]
    if pd is None:
        return objects(list(zip(*map(_listed, levels))))  # noqa: B905 - Python 3.6 has no `strict`
    return pd.MultiIndex.from_arrays(levels)


def _zoned(node: Node, arrays: Any, pd: Any) -> Any:
    moments = array_of(node["v"], arrays)
    if pd is None:
        return moments
    return pd.DatetimeIndex(moments).tz_localize("UTC").tz_convert(zone_from(node["tz"]))


def _category(node: Node, arrays: Any, pd: Any) -> Any:
    codes = array_of(node["v"], arrays)
    if pd is None:
        held = _listed(values_of(node["categories"], arrays, pd))
        return objects([None if code < 0 else held[code] for code in codes.tolist()])
    categories = index_of(node["categories"], arrays, pd)
    return pd.Categorical.from_codes(codes, categories=categories, ordered=node["ordered"])


def _masked(node: Node, arrays: Any, pd: Any) -> Any:
    values, mask = array_of(node["v"], arrays), array_of(node["mask"], arrays)
    maker = {"b": "BooleanArray", "f": "FloatingArray"}.get(values.dtype.kind, "IntegerArray")
    made = getattr(getattr(pd, "arrays", None), maker, None)
    if made is not None:
        return made(values, mask)
    if not mask.any():
        return values
    if values.dtype.kind in "iu" and abs(values).max() > _EXACT:
        return _with_missing(values, mask, None)
    if values.dtype.kind == "b":
        return _with_missing(values, mask, float("nan"))
    floats = values.astype("float64")
    floats[mask] = float("nan")
    return floats


def _with_missing(values: Any, mask: Any, missing: Any) -> Any:
    cells = zip(values.tolist(), mask.tolist())  # noqa: B905 - Python 3.6 has no `strict`
    return objects([missing if gone else value for value, gone in cells])


def _text(node: Node, _arrays: Any, pd: Any) -> Any:
    made = getattr(pd, "StringDtype", None)
    cells = [float("nan") if item is None else item for item in node["v"]]
    if made is None:
        return objects(cells)
    missing = float("nan") if node["dtype"] == "str" else getattr(pd, "NA", None)
    try:
        try:
            dtype = _string_dtype(made, node["storage"], missing)
        except (ImportError, ValueError):
            dtype = _string_dtype(made, "python", missing)
    except (ImportError, ValueError, TypeError):
        return objects(cells)  # before 2.3 there is none with nan: it was a column of objects
    return pd.array(objects(node["v"]), dtype=dtype)


def _string_dtype(made: Any, storage: str, missing: Any) -> Any:
    if isinstance(missing, float):
        return made(storage, na_value=missing)
    try:
        return made(storage)
    except TypeError:  # 1.0 to 1.2 have no storage to choose
        return made()


def _arrow(node: Node, arrays: Any, pd: Any) -> Any:
    cells = [decode(cell, arrays) for cell in node["v"]]
    if pd is not None:
        try:
            return pd.array(cells, dtype=node["dtype"])
        except (ImportError, TypeError, AttributeError):
            pass
    return objects(cells)


def _period(node: Node, arrays: Any, pd: Any) -> Any:
    ordinals = array_of(node["v"], arrays)
    if pd is None:
        raise ValueError("a column of periods needs pandas, which is not installed here")
    if hasattr(pd, "arrays") and hasattr(pd.arrays, "PeriodArray"):
        return pd.arrays.PeriodArray(ordinals, dtype=pd.PeriodDtype(node["freq"]))
    return pd.PeriodIndex(ordinal=ordinals, freq=node["freq"])


def _interval(node: Node, arrays: Any, pd: Any) -> Any:
    if pd is None:
        raise ValueError("a column of intervals needs pandas, which is not installed here")
    left, right = (pd.Index(values_of(side, arrays, pd)) for side in node["v"])
    made = pd.IntervalIndex.from_arrays(left, right, closed=node["closed"])
    return getattr(made, "array", made)


def _sparse(node: Node, arrays: Any, pd: Any) -> Any:
    dense = array_of(node["v"], arrays)
    if not hasattr(pd, "SparseDtype"):
        return dense
    fill = decode(node["fill"], arrays)
    return pd.arrays.SparseArray(dense, fill_value=fill, dtype=pd.SparseDtype(dense.dtype, fill))


def _objects(node: Node, arrays: Any, _pd: Any) -> Any:
    cells = [item if type(item) is str else decode(item, arrays) for item in node["v"]]
    return objects(cells)


def objects(cells: List[Any]) -> Any:
    """Return cells as an array of objects of one dimension, whatever they are."""
    import numpy as np

    held = np.empty(len(cells), dtype=object)
    for at, cell in enumerate(cells):
        held[at] = cell
    return held


def _listed(values: Any) -> List[Any]:
    return list(values.tolist())


_DECODERS: Dict[str, Callable[[Node, Any, Any], Any]] = {
    "array": _array,
    "range": _range,
    "levels": _levels,
    "zoned": _zoned,
    "category": _category,
    "masked": _masked,
    "text": _text,
    "arrow": _arrow,
    "period": _period,
    "interval": _interval,
    "sparse": _sparse,
    "objects": _objects,
}
