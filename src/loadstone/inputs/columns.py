"""Frames and records made to fit the signature: columns by name, casts that lose nothing.

A number for a text, or a text for a number, does not fit: which of `0042` and `42` is meant, only
the user knows. Moments that are written as ISO 8601 are read, since records of JSON have no others.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Final

from loadstone.core.facts import Misfit
from loadstone.core.words import listed, nearest
from loadstone.inputs.casts import Lossy, cast
from loadstone.inputs.fitted import Fitted
from loadstone.inputs.signature import family, holds

_NUMBERS: Final = ("bool", "int", "float", "number")
Part = Mapping[str, Any]


def frame(given: Any, parts: Sequence[Part]) -> Fitted:
    """Return a frame with the columns of the parts, in their order and dtypes."""
    names = [str(name) for name in given.columns]
    wanted = [part["name"] for part in parts]
    if len(set(wanted)) < len(wanted):
        return Fitted(given)
    misfits = _misnamed(names, parts)
    if misfits:
        return Fitted(given, misfits)
    places = [names.index(name) for name in wanted if name in names]
    made = given if places == list(range(len(names))) else given.iloc[:, places]
    found: list[Misfit] = []
    changed: dict[int, Any] = {}
    for at, name in enumerate(wanted := [name for name in wanted if name in names]):
        part = next(part for part in parts if part["name"] == name)
        column = made.iloc[:, at]
        try:
            fitting = _column(column, part)
        except Lossy as error:
            found.append(_of_type(part, error.why, str(column.dtype)))
            continue
        if part.get("missing") is False:
            found += _refused(part, fitting.isna().tolist())
        if fitting is not column:
            changed[at] = fitting
    if changed:
        made = made.copy(deep=False)
        for at, column in changed.items():
            made[made.columns[at]] = column
    return Fitted(made, tuple(found), _spare(names, wanted))


def records(given: Sequence[Mapping[Any, Any]], parts: Sequence[Part]) -> Fitted:
    """Return records with the names of the parts, in their order; other names are left out."""
    rows = list(given)
    if not all(isinstance(row, dict) for row in rows):
        return Fitted(given)
    names = list(dict.fromkeys(str(name) for row in rows for name in row))
    misfits = _misnamed(names, parts) or _lacking(rows, parts)
    if misfits:
        return Fitted(given, misfits)
    found: list[Misfit] = []
    columns: dict[str, list[Any]] = {}
    for part in parts:
        name = part["name"]
        values = [row.get(name, _ABSENT) for row in rows]
        try:
            columns[name] = _cells(values, part)
        except Lossy as error:
            found.append(_of_type(part, error.why, holds(_present(values))))
            continue
        if part.get("missing") is False:
            absent = [holds([value]) == "missing" for value in columns[name]]
            found += _refused(part, absent)
    if found:
        return Fitted(given, tuple(found))
    made = [
        {name: values[at] for name, values in columns.items() if values[at] is not _ABSENT}
        for at in range(len(rows))
    ]
    return Fitted(made, (), _spare(names, [part["name"] for part in parts]))


def table(parts: Sequence[Part], given: Any, misfits: Sequence[Misfit]) -> list[tuple[str, str]]:
    """Return what is expected of each column beside what was given, those that differ first."""
    if hasattr(given, "columns"):
        there = {str(name): str(given.iloc[:, at].dtype) for at, name in enumerate(given.columns)}
    else:
        names = dict.fromkeys(str(name) for row in given for name in row)
        there = {name: holds([row.get(name) for row in given]) for name in names}
    odd = {item.name: item for item in misfits}
    lines = []
    for part in sorted(parts, key=lambda part: part["name"] not in odd):
        name = part["name"]
        item = odd.get(name)
        shown = f"{name} {there[name]}" if name in there else "—"
        if item is not None and item.nearest:
            shown += f" (nearest: {', '.join(f'{near} {there[near]}' for near in item.nearest)})"
        lines.append((f"{name} {_word(part)}", shown))
    return lines


def left_out(spare: Sequence[str]) -> str:
    """Return the note of columns that the model was not saved with."""
    verb = "are" if len(spare) > 1 else "is"
    return f"the model was not saved with {listed(spare)}, which {verb} left out"


class _Absent:
    """A name that a record may lack."""


_ABSENT: Final = _Absent()


def _present(values: Sequence[Any]) -> list[Any]:
    return [value for value in values if value is not _ABSENT]


def _word(part: Part) -> str:
    """Return the type of a part in a word: int64, text, float."""
    held = str(part.get("holds") or "")
    if held == "text":
        return "text"
    return str(part.get("dtype") or (held if held != "other" else "") or part.get("kind"))


def _misnamed(names: Sequence[str], parts: Sequence[Part]) -> tuple[Misfit, ...]:
    """Return the columns that are not there, with the nearest of those that are not wanted."""
    known = {part["name"] for part in parts}
    spare = [name for name in names if name not in known]
    found = []
    for part in parts:
        name = part["name"]
        if names.count(name) > 1:
            why = f"column `{name}` is given {names.count(name)} times"
            found.append(Misfit("column", name, why, _word(part), "twice"))
        elif name not in names and not part.get("optional"):
            near = nearest(name, spare)
            hint = f"; nearest: {listed(near)}" if near else ""
            why = f"column `{name}` is missing; the model was saved with it{hint}"
            found.append(Misfit("column", name, why, _word(part), "", near))
    return tuple(found)


def _lacking(rows: Sequence[Mapping[Any, Any]], parts: Sequence[Part]) -> tuple[Misfit, ...]:
    """Return the names that some of the records lack, and every example had."""
    found = []
    for part in parts:
        name = part["name"]
        without = [] if part.get("optional") else [row for row in rows if name not in row]
        if without:
            first = next(at for at, row in enumerate(rows, 1) if name not in row)
            spare = [str(other) for other in without[0] if other not in {p["name"] for p in parts}]
            near = nearest(name, spare)
            hint = f"; nearest: {listed(near)}" if near else ""
            why = f"row {first:,} of {len(rows):,} lacks `{name}`{hint}"
            found.append(Misfit("column", name, why, _word(part), "", near))
    return tuple(found)


def _spare(names: Sequence[str], wanted: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for name in names if name not in set(wanted))


def _of_type(part: Part, why: str, given: str) -> Misfit:
    name = part["name"]
    message = f"column `{name}` {why}, and the model takes {_word(part)}"
    return Misfit("type", name, message, _word(part), given)


def _refused(part: Part, absent: Sequence[bool]) -> list[Misfit]:
    if True not in absent:
        return []
    name, rows = part["name"], [at for at, gone in enumerate(absent, 1) if gone]
    told = f"row {rows[0]:,}" + (f" and {len(rows) - 1:,} more" if len(rows) > 1 else "")
    message = f"column `{name}` is missing in {told}, and the signature allows none"
    return [Misfit("missing", name, message, _word(part), "missing")]


def _column(column: Any, part: Part) -> Any:
    """Return a column of a frame in the type of its part; raises `Lossy`."""
    want, have = part.get("holds"), family(str(column.dtype))
    if have == "category":
        if want == "category":
            return _categories(column, part)
        column, have = _uncategorised(column, want), ""
    if have in ("object", "text", ""):
        have = "text" if want == "text" and have == "text" else holds(column)
    if want is None or have == "missing":
        return column
    if want == "category":
        return _categories(column, part)
    if want in _NUMBERS:
        if have in ("text", "datetime"):
            raise Lossy(_shows(column, have))
        return _numbers(column, str(part["dtype"]), have)
    if want == "text" and have in (*_NUMBERS, "datetime"):
        raise Lossy(_shows(column, have))
    if want == "datetime":
        return _moments(column, str(part["dtype"]), have)
    return column


def _uncategorised(column: Any, want: str | None) -> Any:
    """Return a column of categories as what they are; of no texts and no numbers, as it is."""
    if want == "other":  # intervals, say
        return column
    plain = column.cat.categories.dtype
    return column.astype(object if plain.kind in "iub" and column.isna().any() else plain)


def _shows(column: Any, have: str) -> str:
    first = next(value for value in column if holds([value]) != "missing")
    word = {"text": "text", "datetime": "moments"}.get(have, "numbers")
    return f"holds {word}, `{first}`"


def _numbers(column: Any, dtype: str, have: str) -> Any:
    """Return numbers in a dtype of pandas; those that would be changed by it as they are."""
    if have not in _NUMBERS or family(dtype) == "object" or str(column.dtype) == dtype:
        return column
    absent = column.isna()
    if have in ("float", "number") and family(dtype) == "int":
        held = column[~absent].astype("float64")
        if not (held % 1 == 0).all():
            return column  # nothing is cut off: the model is told of it, and so is the user
    nullable = dtype[:1].isupper() or dtype == "boolean"
    if absent.any() and family(dtype) != "float" and not nullable:
        return column
    held = column[~absent].to_numpy()
    if held.dtype.kind == "O":
        try:
            held = held.astype("float64" if have != "int" else "int64")
        except OverflowError:
            first = next(value for value in held if abs(value) >= 1 << 63)
            raise Lossy(f"holds `{first}`, which {dtype} does not hold") from None
    try:
        cast(held, "bool" if dtype == "boolean" else dtype.lower())
    except Lossy as error:
        raise Lossy(error.why.replace("hold ", "holds ", 1)) from error
    return column.astype(dtype)


def _categories(column: Any, part: Part) -> Any:
    """Return a column with the categories of the save in their order, and new ones behind them.

    The codes of those that were known are then what they were.
    """
    import pandas as pd

    known = list(part["categories"])
    values = column.cat.categories.tolist() if hasattr(column, "cat") else column.tolist()
    odd = next((value for value in values if not isinstance(value, Hashable)), None)
    if odd is not None:
        raise Lossy(f"holds `{odd}`, no {holds(known)}")
    there = [value for value in dict.fromkeys(values) if holds([value]) != "missing"]
    if there and holds(there) != holds(known) and {holds(there), holds(known)} & {"text"}:
        raise Lossy(f"holds `{there[0]}`, no {holds(known)}")
    new = [value for value in there if value not in set(known)]
    if new and part.get("ordered"):
        raise Lossy(f"holds `{new[0]}`, which is none of its ordered categories")
    made = pd.CategoricalDtype([*known, *new], ordered=bool(part.get("ordered")))
    if column.dtype == made and not new and _same(column, known):
        return column
    places = made.categories.get_indexer_for(there) if there else ()
    lost = [value for value, place in zip(there, places, strict=True) if place < 0]
    if lost:  # as `True` is among 0 and 1
        raise Lossy(f"holds `{lost[0]}`, which is none of its categories")
    return column.astype(made)


def _same(column: Any, known: Sequence[Any]) -> bool:
    return hasattr(column, "cat") and column.cat.categories.tolist() == list(known)


def _moments(column: Any, dtype: str, have: str) -> Any:
    import pandas as pd

    zoned = ", " in dtype
    if have == "text":
        try:
            column = pd.to_datetime(column, format="ISO8601", utc=zoned or None)
        except (ValueError, TypeError) as error:
            raise Lossy(f"{_shows(column, 'text')}, no moment in ISO 8601") from error
    elif have in _NUMBERS:
        raise Lossy(_shows(column, have))
    if family(str(column.dtype)) != "datetime":
        return column
    if (", " in str(column.dtype)) != zoned:
        told = ("a", "none") if not zoned else ("no", "one")
        raise Lossy(f"holds moments with {told[0]} time zone")
    if str(column.dtype) == dtype:
        return column
    try:
        made = column.astype(dtype)
    except ValueError as error:  # out of its bounds
        raise Lossy(f"{_shows(column, 'datetime')}, and one that {dtype} does not hold") from error
    lost = (made != column) & ~column.isna()
    if lost.any():
        raise Lossy(f"holds `{column[lost].iloc[0]}`, which {dtype} would round")
    return made


def _cells(values: Sequence[Any], part: Part) -> list[Any]:
    """Return the cells of one name of records in the type of its part; raises `Lossy`."""
    want, have = part.get("holds"), holds(_present(values))
    if want is None or have in ("missing", want):
        return list(values)
    if (want in _NUMBERS and have == "text") or (want == "text" and have in _NUMBERS):
        first = next(v for v in _present(values) if holds([v]) != "missing")
        raise Lossy(f"holds {'text' if have == 'text' else 'numbers'}, `{first}`")
    if have == "other" and want in (*_NUMBERS, "text"):
        kinds = [holds([value]) for value in _present(values)]
        wrong = "text" if want in _NUMBERS else "number"
        odd = [k for k in kinds if (k == "text" if wrong == "text" else k in _NUMBERS)]
        if odd:
            at = kinds.index(odd[0])
            raise Lossy(f"holds {wrong}s, `{_present(values)[at]}`")
    if want in ("int", "float", "bool"):
        return [_cell(value, str(want)) for value in values]
    return list(values)


def _cell(value: Any, want: str) -> Any:
    """Return a number of Python as another kind of number, where it is the same number."""
    kinds = {"int": int, "float": float, "bool": bool}
    if type(value) not in kinds.values() or type(value) is kinds[want] or value != value:  # noqa: PLR0124 - nan
        return value
    try:
        made = kinds[want](value)
    except (OverflowError, ValueError):
        return value
    return made if made == value else value
