"""What the columns of the examples held, recorded at save, and which later inputs are outside.

A column is compared only where the examples say enough of it: a range is one of five rows or more,
and is widened by its own span (by four spans below twenty rows); the values of a text column are
closed where twenty rows or more hold at most a half as many values, and at most 64; those of a
column of pandas' categories always are. Pictures are compared as such too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from loadstone.core.facts import Stray
from loadstone.inputs import cells, picture_files, pictures, sizes
from loadstone.inputs.cells import is_int, is_missing, is_number, missing_in
from loadstone.inputs.outside import LONGEST, MANY, allowed, strays_of
from loadstone.runtime import batches

FEW: Final = 5  # rows, from which on a range is compared
MOST_VALUES: Final = 64  # of a closed column


def recorded(batch: Any, *, files: bool = False) -> list[dict[str, Any]]:
    """Return what each column of a batch of examples holds, as JSON; whole arrays as one column.

    `files` are paths of pictures: of these, and of Pillow's images, sizes and modes are columns.
    """
    closed = _categories(batch)
    pictured = list(picture_files.columns(batch, files=files))
    modes = {picture_files.MODE: set(pictured[-1][1])} if pictured else {}
    found = [
        {"name": name, **summary}
        for name, values in pictured or ([] if files else cells.columns(batch))
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
            self._allowed = [allowed(item) for item in seen]
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
        columns = picture_files.columns(batch, files=True) if pictured else cells.columns(batch)
        for name, values in columns:
            if name in self._seen:
                strays = strays_of(self._seen[name], values)
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
        values = cells.numbers(batch)
        if values is None or not values.size or (self._whole and values.dtype.kind == "f"):
            return False
        if "" not in self._seen and (values.ndim != 2 or values.shape[1] != self._width):
            return False
        if self._ends is None:
            import numpy as np

            self._ends = np.array(self._allowed).T
        low, high = self._ends
        return bool(((values >= low) & (values <= high)).all())


def absent(batch: Any) -> dict[str, list[int]]:
    """Return the columns of a batch in which values are missing, with the rows, from 1."""
    found = {name: missing_in(values) for name, values in cells.columns(batch) if name}
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


def _summary(
    values: Any, categories: list[str] | None, modes: Iterable[str] | None
) -> dict[str, Any] | None:
    rows = len(values)
    if not isinstance(values, list):
        least, most, missing = _ends(values)
        whole = {"whole": True} if values.dtype.kind in "iu" else {}
        return None if least is None else _range("number", rows, missing, least, most) | whole
    held = [value for value in values if not is_missing(value)]
    missing = rows - len(held)
    for closed, known in (("dtype", categories), ("picture", modes)):
        if known is not None:
            told = {"values": sorted(known), "closed": closed}
            return {"kind": "value", "rows": rows, "missing": missing, **told}
    if held and all(is_number(value) for value in held):
        whole = {"whole": True} if all(is_int(value) for value in held) else {}
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
