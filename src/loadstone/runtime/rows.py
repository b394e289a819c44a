"""Rows as users have them, into what a model takes: an array, a frame, texts, dictionaries.

Rows are lists (arrays), texts, or records (by name); arrays, frames and sparse matrices pass as
they are. The same code prepares them in this process and in a rebuilt environment.
"""

import importlib
from typing import Any, Dict, List, Optional, Sequence, Tuple

from .columns_from import Table, objects


class MisfitError(Exception):
    """Rows that the model does not take; `kind` is a word, `names` the columns concerned."""

    def __init__(self, why: str, kind: str = "shape", names: Sequence[Any] = ()) -> None:
        super(MisfitError, self).__init__(why)
        self.why = why
        self.kind = kind
        self.names = tuple(map(str, names))


def count(rows: Any) -> int:
    """Return how many rows there are."""
    if isinstance(rows, dict):
        return min([len(value) for value in rows.values()] or [0])
    shape = getattr(rows, "shape", None)
    return int(shape[0]) if shape else len(rows)


def part(rows: Any, start: int, stop: int) -> Any:
    """Return some of the rows, in the same form."""
    if isinstance(rows, dict):
        return {name: value[start:stop] for name, value in rows.items()}
    if hasattr(rows, "iloc"):
        return rows.iloc[start:stop]
    if getattr(rows, "format", None) in ("coo", "dia", "bsr") and hasattr(rows, "tocsr"):
        return rows.tocsr()[start:stop]
    return rows[start:stop]


def packed(rows: Any) -> Any:
    """Return lists of numbers as an array, which crosses in its binary form; others as they are."""
    if not isinstance(rows, list) or not rows or not isinstance(rows[0], (list, tuple, int, float)):
        return rows
    made = array(rows)
    return rows if made.dtype.hasobject else made


def array(rows: Any) -> Any:
    """Return lists as an array; numbers beside `None` as floats, beside texts as objects."""
    import numpy as np

    if not isinstance(rows, list):
        return np.asarray(rows)
    try:
        made = np.array(rows)
    except ValueError as error:
        raise MisfitError("the rows are not all of one length") from error
    if made.dtype.kind in "biufc":
        return made
    held = np.array(rows, dtype=object)
    if held.ndim > 1 and all(_is_number(cell) for cell in held.reshape(-1).tolist()):
        return held.astype(float)
    if held.ndim < 2 and isinstance(rows[0], (list, tuple)):
        raise MisfitError("the rows are not all of one length")
    return held


def _is_number(cell: Any) -> bool:
    return cell is None or (isinstance(cell, (int, float)) and not isinstance(cell, bool))


def are_records(rows: Any) -> bool:
    """Whether rows are named: records, columns by name, or a frame."""
    if isinstance(rows, (dict, Table)) or is_frame(rows):
        return True
    return isinstance(rows, list) and bool(rows) and isinstance(rows[0], dict)


def is_frame(rows: Any) -> bool:
    """Whether rows are a DataFrame."""
    return hasattr(rows, "columns") and hasattr(rows, "iloc")


def names_of(rows: Any) -> List[Any]:
    """Return the names of the columns, in order; of records, by first appearance."""
    if isinstance(rows, dict):
        return list(rows)
    if isinstance(rows, Table):
        return rows.names
    if is_frame(rows):
        return list(rows.columns)
    found: Dict[Any, None] = {}
    for row in rows:
        found.update(dict.fromkeys(row))
    return list(found)


def column(rows: Any, name: Any) -> Any:
    """Return one column; where a record lacks it, None."""
    if isinstance(rows, dict):
        return rows[name]
    if isinstance(rows, Table):
        return rows.columns[rows.names.index(name)]
    if is_frame(rows):
        return rows[name]
    return [_plain(row.get(name)) for row in rows]


def _plain(cell: Any) -> Any:
    """Return a number of numpy's as one of Python's, as which a column of them is known."""
    kind = getattr(getattr(cell, "dtype", None), "kind", "")
    return cell.item() if kind and kind in "biuf" and cell.ndim == 0 else cell


def ordered(rows: Any, wanted: Optional[Sequence[Any]]) -> Tuple[List[Any], Any]:
    """Return the names of the columns in the order `wanted`, and the rows.

    Raises `MisfitError` where one is missing in all rows.
    """
    there = names_of(rows)
    if wanted is None:
        return there, rows
    missing = [name for name in wanted if name not in there]
    if missing:
        listed = ", ".join("`{}`".format(name) for name in missing[:4])
        more = " and {} more".format(len(missing) - 4) if len(missing) > 4 else ""
        why = "the rows lack {}{}, which the model was fitted on".format(listed, more)
        near = _near(missing[:4], [name for name in there if name not in wanted])
        why += "; they have {}".format(near) if near else ""
        raise MisfitError(why, "columns-missing", missing)
    return list(wanted), rows


def unused(rows: Any, wanted: Optional[Sequence[Any]]) -> List[str]:
    """Return what is to be told of the columns that rows have besides those `wanted`."""
    known = frozenset(wanted or ())
    spare = [] if wanted is None else [name for name in names_of(rows) if name not in known]
    if not spare:
        return []
    listed = ", ".join(_named(name) for name in spare[:4])
    more = " and {} more".format(len(spare) - 4) if len(spare) > 4 else ""
    verb = "are" if len(spare) > 1 else "is"
    return ["the model was not fitted on {}{}, which {} left out".format(listed, more, verb)]


def _named(name: Any) -> str:
    """Return a column in words; pandas writes its index under no name."""
    return "`{}`".format(name) if name != "" else "a column without a name"


def _near(missing: Sequence[Any], there: Sequence[Any]) -> str:
    """Return the names that missing ones may be meant by."""
    difflib = importlib.import_module("difflib")
    folded = {str(name).lower(): str(name) for name in there}
    found: Dict[str, None] = {}
    for name in missing:
        close = difflib.get_close_matches(str(name).lower(), list(folded), n=1, cutoff=0.6)
        found.update((folded[item], None) for item in close)
    return ", ".join("`{}`".format(name) for name in found)


def frame(rows: Any, wanted: Optional[Sequence[Any]]) -> Any:
    """Return named rows as a DataFrame with the columns `wanted`, in that order.

    Raises `MisfitError` where pandas is not installed.
    """
    names, rows = ordered(rows, wanted)
    if is_frame(rows):
        return rows if wanted is None or list(rows.columns) == names else rows[names]
    try:
        pd = importlib.import_module("pandas")
    except ImportError as error:
        why = "the model picks its columns by name, and pandas is not installed in its environment"
        raise MisfitError(why, "no-pandas") from error
    columns = {name: cells(column(rows, name)) for name in names}
    return pd.DataFrame(columns, columns=names)


def cells(values: Any) -> Any:
    """Return cells as pandas would read them: numbers with None as floats, texts as objects."""
    if not isinstance(values, list):
        return values
    if all(map(_is_number, values)) and any(cell is not None for cell in values):
        return [float("nan") if cell is None else cell for cell in values]
    if all(isinstance(cell, bool) for cell in values):
        return values
    return objects(values)


def texts(rows: Any) -> Any:
    """Return rows of one column as texts; raises `MisfitError` where they are others."""
    if are_records(rows):
        names = names_of(rows)
        if len(names) != 1:
            raise MisfitError("the model takes texts, and the rows have several columns", "texts")
        rows = column(rows, names[0])
    items = rows.tolist() if hasattr(rows, "tolist") else list(rows)
    wrong = [item for item in items if not isinstance(item, (str, bytes))]
    if wrong:
        told = type(wrong[0]).__name__
        raise MisfitError("the model takes texts, and a row is a `{}`".format(told), "texts")  # noqa: EM103 - messages read better where they are raised
    return items


def matrix(rows: Any, wanted: Optional[Sequence[Any]]) -> Any:
    """Return named rows as an array, its columns in the order `wanted`."""
    import numpy as np

    names, rows = ordered(rows, wanted)
    columns = [cells(column(rows, name)) for name in names]
    arrays = [np.asarray(values) for values in columns]
    if any(values.dtype.kind not in "biuf" for values in arrays):
        arrays = [objects(list(values)) for values in columns]
    return np.column_stack(arrays) if arrays else np.empty((count(rows), 0))
