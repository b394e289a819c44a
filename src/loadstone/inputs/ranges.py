"""What the columns of the examples held, recorded at save, and which later inputs are outside.

A column is compared only where the examples say enough of it: a range is one of five rows or more,
and is widened by its own span (by four spans below twenty rows); the values of a text column are
closed where twenty rows or more hold at most a half as many values, and at most 64; those of a
column of pandas' categories always are. Pictures are compared as such too.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from loadstone.core.classes import replace
from loadstone.core.facts import Stray
from loadstone.core.words import count, listed
from loadstone.inputs import picture_files, pictures, sizes
from loadstone.runtime import batches

FEW: Final = 5  # rows, from which on a range is compared
MANY: Final = 20  # rows, from which on a range is widened by one span, and values may be closed
MOST_VALUES: Final = 64  # of a closed column
MOST_COLUMNS: Final = 512  # of an array; one of more is taken as a whole, as an image is
LONGEST: Final = 60  # characters of a value that is recorded
SHOWN: Final = 3


def recorded(batch: Any, *, files: bool = False) -> list[dict[str, Any]]:
    """Return what each column of a batch of examples holds, as JSON; whole arrays as one column.

    `files` are paths of pictures: of these, and of Pillow's images, sizes and modes are columns.
    """
    closed = _categories(batch)
    columns = list(picture_files.columns(batch, files=files))
    modes = {picture_files.MODE: set(columns[-1][1])} if columns else {}
    found = [
        {"name": name, **summary}
        for name, values in columns or ([] if files else _columns(batch))
        if (summary := _summary(values, closed.get(name), modes.get(name)))
    ]
    levels = pictures.recorded(batch)
    if levels is not None and len(found) == 1:
        found[0]["pictures"] = levels
    return found


def fitted(
    seen: Sequence[Mapping[str, Any]], categories: Mapping[str, Sequence[str]]
) -> list[dict[str, Any]]:
    """Return what was recorded, with what the encoders of the model were fitted on in its place."""
    found = {item["name"]: dict(item) for item in seen}
    for name, values in categories.items():
        before = found.get(name, {"name": name, "rows": 0, "missing": 0})
        kept = {key: before[key] for key in ("name", "rows", "missing")}
        found[name] = {**kept, "kind": "value", "values": sorted(values), "closed": "fitted"}
    return list(found.values())


class Ranges:
    """What was recorded, to compare batch after batch with."""

    def __init__(
        self,
        seen: Sequence[Mapping[str, Any]],
        taken: Iterable[str] = (),
        shape: Sequence[int | None] = (),
        *,
        free: bool = False,
    ) -> None:
        """Compare with what was `seen`; values may be missing in the columns `taken`.

        `shape` is that of an array, None where a size is free; `free`, of a sequence whose axes the
        model takes at any size.
        """
        self._free = free
        self._shape = shape if any(size is not None for size in shape[1:]) else ()
        told = [
            item
            for item in seen
            if item["rows"] >= FEW or item.get("closed") in ("dtype", "fitted")
        ]
        self._seen = {item["name"]: item for item in told}
        self._width = len(seen)
        self._allowed: list[tuple[float, float]] = []  # where all columns are of numbers
        if len(told) == len(seen) and all(item["kind"] == "number" for item in seen):
            self._allowed = [_allowed(item) for item in seen]
        self._ends: Any = None  # the same as two arrays
        self._whole = any(item.get("whole") and item["rows"] >= MANY for item in told)
        levels = next((item["pictures"] for item in told if "pictures" in item), None)
        self._pictures = pictures.Pictures(levels) if levels else None
        self._taken = frozenset(taken)

    @classmethod
    def of(cls, manifest: Mapping[str, Any]) -> Ranges | None:
        """Return those of a bundle; None where it has none of enough examples."""
        parts = (manifest.get("signature") or {}).get("inputs") or []
        taken = [part["name"] for part in parts if part.get("missing")]
        shape, free = sizes.shape_of(parts), sizes.free_of(parts)
        ranges = cls(manifest.get("ranges") or [], taken, shape, free=free)
        return ranges if ranges._seen or ranges._shape else None

    def strays(self, batch: Any) -> tuple[Stray, ...]:
        """Return where a batch lies outside of what was recorded, a fact a column and reason."""
        sized = sizes.strays(self._shape, batch, free=self._free) if self._shape else ()
        return (*sized, *self._outside(batch)) if self._seen else sized

    def _outside(self, batch: Any) -> tuple[Stray, ...]:
        found = [*self._pictures.strays(batch)] if self._pictures else []
        if any(item.why == "scale" for item in found) or self._within(batch):
            return tuple(found)
        pictured = picture_files.MODE in self._seen
        columns = picture_files.columns(batch, files=True) if pictured else _columns(batch)
        for name, values in columns:
            if name in self._seen:
                strays = _strays(self._seen[name], values)
                found += [
                    item for item in strays if item.why != "missing" or name not in self._taken
                ]
        return tuple(found)

    def _within(self, batch: Any) -> bool:
        """Whether every number of an array is in its column's range: the usual case, at once."""
        if not self._allowed or not batches.is_array(batch) or batches.is_frame(batch):
            return False
        if getattr(getattr(batch, "device", None), "type", "cpu") != "cpu":
            return True  # fetching it from a device would hold up every call
        values = _numbers(batch)
        if values is None or not values.size or (self._whole and values.dtype.kind == "f"):
            return False
        if "" not in self._seen and (values.ndim != 2 or values.shape[1] != self._width):
            return False
        if self._ends is None:
            import numpy as np

            self._ends = np.array(self._allowed).T
        low, high = self._ends
        return bool(((values >= low) & (values <= high)).all())


def _allowed(item: Mapping[str, Any]) -> tuple[float, float]:
    """Return the ends of a column's range, widened."""
    margin = (item["most"] - item["least"]) * (1 if item["rows"] >= MANY else 4)
    return item["least"] - margin, item["most"] + margin


def sentence(stray: Stray) -> str:
    """Return one line that says which rows are outside, and of what."""
    values = listed(stray.examples)
    words = {
        "where": f"`{stray.name}`" if stray.name else "the inputs",
        "values": values,
        "first": stray.examples[0] if stray.examples else "",
        "last": stray.examples[-1] if stray.examples else "",
        "held": f" ({', '.join(stray.examples)})" if stray.examples else "",
        "verb": "is" if len(stray.examples) == 1 else "are",
        "rows": f"{stray.rows:,} of {count(stray.of, stray.unit)}",
        "recorded": stray.recorded,
    }
    return _SENTENCES[stray.why].format(**words)


_SENTENCES: Final = {
    "missing": "{where}: {rows} missing{held}, and none was in {recorded}",
    "unseen": "{where}: {values} {verb} not among {recorded} ({rows})",
    "length": "{where}: {values} characters are far outside {recorded} ({rows})",
    "range": "{where}: {values} {verb} far outside {recorded} ({rows})",
    "text": "{where}: {values} {verb} text, and {recorded} held numbers ({rows})",
    "number": "{where}: {values} {verb} no text, and {recorded} held texts ({rows})",
    "fraction": "{where}: {values} {verb} not whole, and all of {recorded} were ({rows})",
    "size": "{where}: {rows} of {values}, and every example was {recorded}",
    "scale": "{where}: pictures of {last} ({first}), and of {recorded}",
    "channels": "{where}: red and blue seem swapped: the channels' means are {first} ({rows}), "
    "and were {recorded}",
}


def absent(batch: Any) -> dict[str, list[int]]:
    """Return the columns of a batch in which values are missing, with the rows, from 1."""
    found = {name: _missing(values) for name, values in _columns(batch) if name}
    return {name: rows for name, rows in found.items() if rows}


def _categories(batch: Any) -> dict[str, list[str]]:
    """Return the texts that columns of pandas' categories may hold."""
    found: dict[str, list[str]] = {}
    if not batches.is_frame(batch):
        return found
    for at, name in enumerate(batch.columns):
        column = batch.iloc[:, at]
        if hasattr(column, "cat") and str(column.dtype) == "category":
            values = column.cat.categories.tolist()
            if len(values) <= MOST_VALUES and all(isinstance(value, str) for value in values):
                found[str(name)] = values
    return found


def _columns(batch: Any) -> Iterator[tuple[str, Any]]:
    """Yield the columns of a batch: lists, or arrays of numbers; nothing for what has none."""
    if batches.is_frame(batch):
        for at, name in enumerate(batch.columns):
            column = batch.iloc[:, at]
            plain = getattr(column.dtype, "kind", "O") in "biuf"
            values = _numbers(column.to_numpy()) if plain else None  # none of booleans beside NA
            yield str(name), column.tolist() if values is None else values
    elif isinstance(batch, dict):
        for name, values in batch.items():
            if batches.is_array(values) and len(values.shape) == 1:
                numbers = _numbers(values)
                if numbers is not None:
                    yield str(name), numbers
                elif not batches.is_tensor(values) and hasattr(values, "tolist"):
                    yield str(name), values.tolist()
    elif batches.is_array(batch):
        yield from _of_array(batch)
    elif isinstance(batch, list) and batch:
        yield from _of_list(batch)


def _of_array(batch: Any) -> Iterator[tuple[str, Any]]:
    values = _numbers(batch)
    if values is None or not values.size:
        return
    if values.ndim == 2 and values.shape[1] <= MOST_COLUMNS:
        for at in range(values.shape[1]):
            yield str(at), values[:, at]
    else:
        yield "", values.reshape(-1)


def _numbers(value: Any) -> Any:
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

        parts = [_numbers(row) for row in batch]
        if any(part is None for part in parts):
            return
        if len({part.shape for part in parts}) == 1:
            yield from _of_array(np.stack(parts))
        else:  # of several sizes, as sounds and pictures are
            yield "", np.concatenate([part.reshape(-1) for part in parts])


def _nested(row: Sequence[Any]) -> bool:
    return any(isinstance(cell, (list, tuple, dict)) or batches.is_array(cell) for cell in row)


def _summary(
    values: Any, categories: list[str] | None, modes: Iterable[str] | None
) -> dict[str, Any] | None:
    rows = len(values)
    if not isinstance(values, list):
        least, most, missing = _ends(values)
        whole = {"whole": True} if values.dtype.kind in "iu" else {}
        return None if least is None else _range("number", rows, missing, least, most) | whole
    held = [value for value in values if not _is_missing(value)]
    missing = rows - len(held)
    for closed, known in (("dtype", categories), ("picture", modes)):
        if known is not None:
            told = {"values": sorted(known), "closed": closed}
            return {"kind": "value", "rows": rows, "missing": missing, **told}
    if held and all(_is_number(value) for value in held):
        whole = {"whole": True} if all(_is_int(value) for value in held) else {}
        return _range("number", rows, missing, min(held), max(held)) | whole
    if not held or not all(isinstance(value, str) for value in held):
        return None
    distinct = sorted(set(held))
    few = len(held) >= MANY and len(distinct) <= min(MOST_VALUES, len(held) // 2)
    if few and max(map(len, distinct)) <= LONGEST:
        return {"kind": "value", "rows": rows, "missing": missing, "values": distinct}
    lengths = [len(value) for value in held]
    return _range("text", rows, missing, min(lengths), max(lengths))


def _range(kind: str, rows: int, missing: int, least: Any, most: Any) -> dict[str, Any]:
    ends = [value.item() if hasattr(value, "item") else value for value in (least, most)]
    ends = [value if isinstance(value, (int, float)) else float(value) for value in ends]
    return {"kind": kind, "rows": rows, "missing": missing, "least": ends[0], "most": ends[1]}


def _ends(values: Any) -> tuple[Any, Any, int]:
    """Return the least and largest finite number of an array, and how many are NaN."""
    if values.dtype.kind != "f":
        return (values.min(), values.max(), 0) if values.size else (None, None, 0)
    import numpy as np

    absent = np.isnan(values)
    missing = int(absent.sum())
    finite = values[np.isfinite(values)]
    if not finite.size:
        return None, None, missing
    return finite.min(), finite.max(), missing


def _is_missing(value: Any) -> bool:
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return (isinstance(value, float) or _kind(value) == "f") and math.isnan(value)


def _is_number(value: Any) -> bool:
    known = isinstance(value, (int, float)) or _kind(value) in "biuf"
    return known and math.isfinite(_float(value))


def _is_int(value: Any) -> bool:
    return type(value) is int or _kind(value) in ("i", "u")


def _kind(value: Any) -> str:
    """Return numpy's letter for a number of its own; `O` for what is no single one."""
    kind = getattr(getattr(value, "dtype", None), "kind", "O")
    return "O" if getattr(value, "ndim", 0) else str(kind)


def _float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:  # an int of more than 308 digits
        return math.inf if value > 0 else -math.inf


def _strays(seen: Mapping[str, Any], values: Any) -> Iterator[Stray]:
    listed_rows = isinstance(values, list)
    unit = "row" if seen["name"] or listed_rows else "value"
    whole = Stray(seen["name"], "", 0, len(values), unit, (), "")
    of = count(seen["rows"], "example" if unit == "row" else "value")
    missing = _missing(values)
    if missing and not seen["missing"] and seen["rows"] >= MANY:
        named = tuple(f"row {at:,}" for at in missing[:SHOWN]) if unit == "row" else ()
        yield replace(whole, why="missing", rows=len(missing), examples=named, recorded=of)
    if seen["kind"] == "number":
        yield from _of_number(whole, seen, values, of)
        return
    if seen["rows"] >= MANY or seen.get("closed"):
        numbers = [value for value in values if _is_number(value) and not isinstance(value, bool)]
        told = "the fit" if seen.get("closed") == "fitted" else of
        yield from _told(whole, "number", [f"{value:.10g}" for value in numbers], told)
    held = [value for value in values if isinstance(value, str)] if listed_rows else []
    if seen["kind"] == "value":
        known = set(seen["values"])
        told = f"the {count(len(known), 'value')} of {of}"
        if seen.get("closed") == "picture":
            told = f"{listed(sorted(known))} of {of}"
        elif seen.get("closed"):
            whose = "that the model was fitted on" if seen["closed"] == "fitted" else "at save"
            told = f"the {count(len(known), 'category', 'categories')} {whose}"
        yield from _told(whole, "unseen", [value for value in held if value not in known], told)
    elif held:
        least, most = seen["least"], seen["most"]
        longest = max(most * 2, _allowed(seen)[1])
        told = f"{least:,} to {most:,}, the lengths of {of}"
        sizes = [len(value) for value in held if len(value) > longest]
        yield from _told(whole, "length", sizes, told)


def _of_number(whole: Stray, seen: Mapping[str, Any], values: Any, of: str) -> Iterator[Stray]:
    told = f"{_shown(seen['least'])} to {_shown(seen['most'])}, the range of {of}"
    yield from _told(whole, "range", _beyond(values, *_allowed(seen)), told)
    if seen["rows"] < MANY:
        return
    if isinstance(values, list):
        yield from _told(whole, "text", [item for item in values if isinstance(item, str)], of)
    if seen.get("whole"):
        yield from _told(whole, "fraction", _fractions(values), of)


def _fractions(values: Any) -> list[Any]:
    """Return the finite numbers that are not whole."""
    if isinstance(values, list):
        numbers = [value for value in values if _is_number(value)]
        return [value for value in numbers if _float(value) % 1 and math.isfinite(_float(value))]
    if values.dtype.kind != "f":
        return []
    import numpy as np

    return list(values[np.isfinite(values) & (values % 1 != 0)])


def _missing(values: Any) -> list[int]:
    """Return the rows, from 1, whose value is missing."""
    if isinstance(values, list):
        return [at for at, value in enumerate(values, 1) if _is_missing(value)]
    if values.dtype.kind != "f":
        return []
    absent = values != values  # noqa: PLR0124 - nan
    return (absent.nonzero()[0] + 1).tolist()  # type: ignore[no-any-return]


def _beyond(values: Any, low: float, high: float) -> list[Any]:
    if isinstance(values, list):
        numbers = (
            value for value in values if not _is_missing(value) and isinstance(value, (int, float))
        )
        return [value for value in numbers if not low <= value <= high]
    with_inf = values[~((values >= low) & (values <= high))]
    return list(with_inf[with_inf == with_inf])  # noqa: PLR0124 - what is missing is told apart


def _told(whole: Stray, why: str, odd: Sequence[Any], recorded_as: str) -> Iterator[Stray]:
    if odd:
        shown = tuple(_distinct(odd))
        yield replace(whole, why=why, rows=len(odd), examples=shown, recorded=recorded_as)


def _distinct(odd: Iterable[Any]) -> list[str]:
    found: dict[str, None] = {}
    for value in odd:
        found.setdefault(_shown(value))
        if len(found) == SHOWN:
            break
    return list(found)


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return value if len(value) <= LONGEST else f"{value[:LONGEST]}…"
    return f"{_float(value):,.6g}"
