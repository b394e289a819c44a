"""pandas' columns as nodes of a tree: what each holds, never how a version of pandas stores it.

A column has a `kind`: array, zoned (moments with a time zone), category, masked (nullable
numbers), text, period, interval, sparse, objects, range, levels (a MultiIndex). It is rebuilt with
the pandas that is there, as what that version has for it (`columns_from`).
"""

from typing import Any, Callable, Dict, List

from .moments import zone
from .values import UnrecordableError, encode, encode_array

Node = Any
_MASKED = ("Boolean", "Int", "UInt", "Float")


def encode_frame(frame: Any, arrays: List[Any], where: str) -> Node:
    """Return the node of a DataFrame, column by column."""
    data = [
        encode_column(frame.iloc[:, at], arrays, "{}.iloc[:, {}]".format(where, at))
        for at in range(frame.shape[1])
    ]
    names = encode_column(frame.columns, arrays, where + ".columns")
    index = encode_column(frame.index, arrays, where + ".index")
    return {"$": "frame", "k": names, "v": data, "index": index}


def encode_series(series: Any, arrays: List[Any], where: str) -> Node:
    """Return the node of a Series."""
    data = encode_column(series, arrays, where)
    index = encode_column(series.index, arrays, where + ".index")
    return {"$": "series", "name": encode(series.name, arrays), "v": data, "index": index}


def encode_index(index: Any, arrays: List[Any], where: str) -> Node:
    """Return the node of an Index of any kind."""
    return {"$": "index", "v": encode_column(index, arrays, where)}


def encode_column(column: Any, arrays: List[Any], where: str) -> Node:
    """Return the node of a Series' values, or of an Index with its name."""
    node = _node(column, arrays, where)
    if hasattr(column, "names"):  # an index
        node["names"] = [encode(name, arrays) for name in column.names]
        told = getattr(column, "freqstr", None) if node["kind"] in ("array", "zoned") else None
        if told:
            node["freq"] = told
    return node


def _node(column: Any, arrays: List[Any], where: str) -> Node:
    kind = type(column).__name__
    if kind == "MultiIndex":
        levels = [column.get_level_values(at) for at in range(column.nlevels)]
        return {"kind": "levels", "v": [_node(level, arrays, where) for level in levels]}
    if kind == "RangeIndex":
        start, step = (
            getattr(column, name if hasattr(column, name) else "_" + name)
            for name in ("start", "step")
        )
        return {"kind": "range", "v": [int(start), int(step), len(column)]}
    return _by_dtype(column, arrays, where)


def _by_dtype(column: Any, arrays: List[Any], where: str) -> Node:
    import numpy as np

    name = type(column.dtype).__name__
    encoder = _ENCODERS.get(name)
    if encoder is not None:
        return encoder(column, arrays, where)
    if name.startswith(_MASKED) and name.endswith("Dtype") and hasattr(column.dtype, "numpy_dtype"):
        return _masked(column, arrays)
    values = np.asarray(column)
    if not isinstance(column.dtype, np.dtype):
        raise UnrecordableError("column of pandas' `{}`".format(column.dtype), where)  # noqa: EM103 - messages read better where they are raised
    if values.dtype.hasobject:
        return {"kind": "objects", "v": _cells(values.tolist(), arrays, where)}
    return {"kind": "array", "v": encode_array(values, arrays)}


def _cells(items: List[Any], arrays: List[Any], where: str) -> List[Any]:
    return [
        item if type(item) is str else encode(item, arrays, None, "{}[{}]".format(where, at))
        for at, item in enumerate(items)
    ]


def _zoned(column: Any, arrays: List[Any], _where: str) -> Node:
    import numpy as np

    moments = _index(column)
    naive = np.asarray(moments.tz_convert("UTC").tz_localize(None))
    return {"kind": "zoned", "v": encode_array(naive, arrays), "tz": zone(moments.tz)}


def _category(column: Any, arrays: List[Any], where: str) -> Node:
    import numpy as np

    held = column.cat if hasattr(column, "cat") else column
    codes = np.asarray(held.codes)
    categories = encode_column(held.categories, arrays, where + ".categories")
    ordered = bool(held.ordered)
    return {
        "kind": "category",
        "v": encode_array(codes, arrays),
        "categories": categories,
        "ordered": ordered,
    }


def _masked(column: Any, arrays: List[Any]) -> Node:
    import numpy as np

    mask = np.asarray(column.isna(), dtype=bool)
    plain = column.dtype.numpy_dtype
    filled = np.asarray(column.fillna(plain.type(0)).astype(plain))
    return {
        "kind": "masked",
        "dtype": str(column.dtype),
        "v": encode_array(filled, arrays),
        "mask": encode_array(mask, arrays),
    }


def _text(column: Any, _arrays: List[Any], _where: str) -> Node:
    items = [item if isinstance(item, str) else None for item in column.tolist()]
    word = str(column.dtype)
    kind = "str" if word == "str" else "string"
    return {"kind": "text", "dtype": kind, "storage": _storage(column), "v": items}


def _storage(column: Any) -> str:
    return str(getattr(column.dtype, "storage", "python"))


def _arrow(column: Any, arrays: List[Any], where: str) -> Node:
    cells = [None if cell is None or cell != cell else cell for cell in map(_scalar, column)]  # noqa: PLR0124 - nan
    return {"kind": "arrow", "dtype": str(column.dtype), "v": _cells(cells, arrays, where)}


def _scalar(cell: Any) -> Any:
    return None if type(cell).__name__ in ("NAType", "NaTType") else cell


def _period(column: Any, arrays: List[Any], _where: str) -> Node:
    periods = _index(column)
    return {
        "kind": "period",
        "v": encode_array(periods.asi8, arrays),
        "freq": periods.freqstr,
    }


def _interval(column: Any, arrays: List[Any], where: str) -> Node:
    held = _index(column)
    sides = [_node(side, arrays, where) for side in (held.left, held.right)]
    missing = encode_array(held.isna(), arrays)
    return {"kind": "interval", "v": sides, "mask": missing, "closed": held.closed}


def _sparse(column: Any, arrays: List[Any], where: str) -> Node:
    import numpy as np

    fill = encode(column.dtype.fill_value, arrays, None, where)
    dense = np.asarray(column)
    if dense.dtype.hasobject:
        return {"kind": "objects", "v": _cells(dense.tolist(), arrays, where)}
    return {"kind": "sparse", "v": encode_array(dense, arrays), "fill": fill}


def _index(column: Any) -> Any:
    """Return a column as an Index, whose parts are the same in every version."""
    import pandas as pd

    return pd.Index(column)


_ENCODERS: Dict[str, Callable[[Any, List[Any], str], Node]] = {
    "DatetimeTZDtype": _zoned,
    "CategoricalDtype": _category,
    "StringDtype": _text,
    "ArrowDtype": _arrow,
    "PeriodDtype": _period,
    "IntervalDtype": _interval,
    "SparseDtype": _sparse,
}
