"""Rows made for a model from what it tells of its columns, as the model itself takes them.

They lie within the limits that it holds, at its thresholds and beside them, where it was fitted,
far out, and some lack values: whatever of these it predicts where it was made. The same model
gives the same rows.
"""

from typing import Any, Callable, Dict, List, Optional, Tuple

from . import rows as given
from .probe_columns import Column, learn, width, words

COUNT = 256
LACKING = "lacking values"
_ORDINARY = "between -3 and 3"
_MOST = 400  # columns that are tried where none are told
_TEXTS = ("CountVectorizer", "TfidfVectorizer", "HashingVectorizer")
Cells = List[List[Any]]


class Unprobed(Exception):  # noqa: N818 - it is no error of the model
    """No rows could be made that the model predicts."""


def made(estimator: Any) -> Tuple[Any, Dict[str, int]]:
    """Return rows for an estimator, and how many there are of each kind.

    Raises `Unprobed` where the model predicts none of those that were made.
    """
    import numpy as np

    state = np.random.RandomState(0)
    for kinds in _plans(estimator, state):
        kept: List[Any] = []
        counts: Dict[str, int] = {}
        for kind, rows in kinds:
            if len(rows) and _takes(estimator, rows):
                kept += rows
                counts[kind] = len(rows)
            elif not counts:
                break  # of other values, in the next plan
        if kept:
            return given.packed(kept), counts
    raise Unprobed("no rows could be made that it predicts")


def _takes(estimator: Any, rows: List[Any]) -> bool:
    try:
        estimator.predict(given.packed(rows), probabilities=False)
    except Exception:  # noqa: BLE001 - whatever it raises, it does not take them
        return False
    return True


def _plans(estimator: Any, state: Any) -> Any:
    """Yield kinds of rows with their rows; the next plan is for where the first kind is refused."""
    first = estimator.first
    kind = type(first).__name__
    if kind in _TEXTS:
        yield [("of its words", _texts(words(first), COUNT, state))]
        return
    if kind in ("LabelEncoder", "LabelBinarizer"):
        yield [("of its classes", [_plain(item) for item in first.classes_])]
        return
    if kind == "MultiLabelBinarizer":
        yield [("of its classes", [[_plain(item)] for item in first.classes_])]
        return
    if kind == "DictVectorizer" or getattr(first, "input_type", "") == "dict":
        yield [("of its names", _dictionaries(first, state))]
        return
    names, columns = _columns(estimator)
    if columns:
        limited = any(column.low is not None or column.values for column in columns)
        told = "within its limits" if limited else _ORDINARY
        yield _kinds(told, columns, names, state)
        yield _kinds("of positive numbers", _limited(columns, 0.0, None), names, state)
        yield _kinds("of whole numbers", _limited(columns, 0, 3), names, state, whole=True)
        return
    for count in range(1, _MOST):
        yield _kinds(_ORDINARY, [Column() for _ in range(count)], None, state)


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def _limited(columns: List[Column], least: Any, most: Any) -> List[Column]:
    if least is not None:
        for column in columns:
            column.low = least if most is not None else max(0.0, column.low or 0.0)
            column.high = most if most is not None else max(1.0, column.high or 0.0)
            column.marks = [mark for mark in column.marks if mark >= 0] if most is None else []
    return columns


def _columns(estimator: Any) -> Tuple[Optional[List[Any]], List[Column]]:
    """Return the columns, and their names, None where it takes them by their places."""
    first = estimator.first
    fitted = getattr(first, "__dict__", {}).get("transformers_")
    picked = [_items(columns) for _, _, columns in fitted or ()]
    if fitted:
        by = [name for names in picked for name in names if isinstance(name, str)]
        names = list(dict.fromkeys([*(estimator.names or ()), *by])) if by else estimator.names
        if names is None:
            most = max([at for places in picked for at in places] or [0]) + 1
            columns = [Column() for _ in range(max(width(first), most))]
        else:
            columns = [Column() for _ in names]
        for (_, item, _), places in zip(fitted, picked):  # noqa: B905 - Python 3.6 has no `strict`
            if not isinstance(item, str):
                at = [names.index(one) if isinstance(one, str) else one for one in places]
                learn(item, [columns[one] for one in at])
        return names, columns
    count = len(estimator.names) if estimator.names else width(estimator.model)
    columns = [Column() for _ in range(count)]
    if columns:
        learn(estimator.model, columns)
    return estimator.names, columns


def _items(columns: Any) -> List[Any]:
    import numpy as np

    if isinstance(columns, (str, int)):
        return [columns]
    if isinstance(columns, slice):
        return list(range(*columns.indices(columns.stop or 0)))
    held = list(getattr(columns, "data", columns) if not hasattr(columns, "dtype") else columns)
    if held and all(isinstance(one, (bool, np.bool_)) for one in held):
        return [at for at, one in enumerate(held) if one]
    return [_plain(one) for one in held]


def _kinds(
    told: str,
    columns: List[Column],
    names: Optional[List[Any]],
    state: Any,
    *,
    whole: bool = False,
) -> List[Tuple[str, List[Any]]]:
    """Return rows of each kind, the one that the model has to take first."""
    used = [column for column in columns if column.low is not None]
    low = min([column.low for column in used if column.low is not None] or [-3.0])
    high = max([column.high for column in used if column.high is not None] or [3.0])

    def inside(column: Column) -> Any:
        if column.texts:
            return _texts(column.texts, 1, state)[0]
        if column.values:
            return column.values[state.randint(len(column.values))]
        least = low if column.low is None else column.low
        most = high if column.high is None else column.high
        margin = (most - least) * 0.1
        if whole:
            return int(state.randint(int(least), int(most) + 1))
        if least >= 0:
            return float(state.uniform(least, most + margin))
        return float(state.uniform(least - margin, most + margin))

    def beside(column: Column) -> Any:
        if not column.marks:
            return inside(column)
        mark = column.marks[state.randint(len(column.marks))]
        return mark + (0.0, 1e-6, -1e-6)[state.randint(3)] * max(1.0, abs(mark))

    def lacking(column: Column) -> Any:
        none = None if column.values and isinstance(column.values[0], str) else float("nan")
        return none if state.randint(3) == 0 and not column.texts else inside(column)

    def far(column: Column) -> Any:
        found = inside(column)
        return found * 100 if isinstance(found, float) else found

    def unknown(column: Column) -> Any:
        if column.values and isinstance(column.values[0], str):
            return "loadstone"
        return inside(column)

    marked = any(column.marks for column in columns)
    listed = any(column.values for column in columns)
    plan: List[Tuple[str, int, Callable[[Column], Any]]] = [
        (told, COUNT - 112, inside),
        ("at its thresholds and beside them", 64 if marked else 0, beside),
        ("far out", 16, far),
        (LACKING, 16, lacking),
        ("of unknown categories", 16 if listed else 0, unknown),
    ]
    return [
        (kind, [_row(columns, names, cell) for _ in range(count)]) for kind, count, cell in plan
    ]


def _row(columns: List[Column], names: Optional[List[Any]], cell: Callable[[Column], Any]) -> Any:
    cells = [_plain(cell(column)) for column in columns]
    return cells if names is None else dict(zip(names, cells))  # noqa: B905 - as above


def _texts(known: List[str], count: int, state: Any) -> List[str]:
    lengths = state.randint(0, 13, size=count)
    return [" ".join(known[at] for at in state.randint(len(known), size=n)) for n in lengths]


def _dictionaries(first: Any, state: Any) -> List[Any]:
    """Return records of the names that a vectorizer knows: `city=a` is a text, `n` a number."""
    held = getattr(first, "feature_names_", None) or ["a", "b"]
    apart = getattr(first, "separator", "=")
    options: Dict[str, List[Any]] = {}
    for name in held:
        key, is_text, value = str(name).partition(apart)
        options.setdefault(key, []).append(value if is_text else None)
    rows = []
    for _ in range(COUNT):
        row = {}
        for key, values in options.items():
            value = values[state.randint(len(values))]
            if state.randint(8):
                row[key] = float(state.uniform(-3, 3)) if value is None else value
        rows.append(row)
    return rows
