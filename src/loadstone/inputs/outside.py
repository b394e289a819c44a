"""Which values of a column are outside of what was recorded of it, and the line that says so."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from loadstone.core.classes import replace
from loadstone.core.facts import Lookups, Stray
from loadstone.core.words import count, listed
from loadstone.inputs.cells import as_float, is_missing, is_number, missing_in

MANY: Final = 20  # rows, from which on a range is widened by one span, and values may be closed
LONGEST: Final = 60  # characters of a value that is recorded
SHOWN: Final = 3


def unknown(item: Lookups) -> str:
    """Return one line that says what a vocabulary was asked for and does not hold."""
    names = listed(item.examples) if item.examples else count(item.unknown, item.unit)
    verb = "is" if (len(item.examples) or item.unknown) == 1 else "are"
    told = f"{item.unknown:,} of {count(item.looked_up, item.unit)}"
    told += f"; {item.at_save}" if item.saved else ""
    told += f" ({item.where})" if item.rows else ""
    what = "the vocabulary " if item.unit == "token" else ""
    return f"{names} {verb} unknown to {what}`{item.name}`: {told}"


def allowed(item: Mapping[str, Any]) -> tuple[float, float]:
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
        "rows": stray.where,
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


def strays_of(seen: Mapping[str, Any], values: Any) -> Iterator[Stray]:
    """Yield where the values of a column are outside of what was seen, a fact a reason."""
    listed_rows = isinstance(values, list)
    unit = "row" if seen["name"] or listed_rows else "value"
    whole = Stray(seen["name"], "", 0, len(values), unit, (), "")
    of = count(seen["rows"], "example" if unit == "row" else "value")
    missing = missing_in(values)
    if missing and not seen["missing"] and seen["rows"] >= MANY:
        named = tuple(f"row {at:,}" for at in missing[:SHOWN]) if unit == "row" else ()
        yield replace(whole, why="missing", rows=len(missing), examples=named, recorded=of)
    if seen["kind"] == "number":
        yield from _of_number(whole, seen, values, of)
        return
    listed_values = dict(enumerate(values)) if listed_rows else {}
    if seen["rows"] >= MANY or seen.get("closed"):
        odd = {at: f"{value:.10g}" for at, value in enumerate(values) if _is_plain_number(value)}
        told = "the fit" if seen.get("closed") == "fitted" else of
        yield from _told(whole, "number", odd, told)
    held = {at: value for at, value in listed_values.items() if isinstance(value, str)}
    if seen["kind"] == "value":
        known = set(seen["values"])
        told = f"the {count(len(known), 'value')} of {of}"
        if seen.get("closed") == "picture":
            told = f"{listed(sorted(known))} of {of}"
        elif seen.get("closed"):
            whose = "that the model was fitted on" if seen["closed"] == "fitted" else "at save"
            told = f"the {count(len(known), 'category', 'categories')} {whose}"
        odd = {at: value for at, value in held.items() if value not in known}
        yield from _told(whole, "unseen", odd, told)
    elif held:
        least, most = seen["least"], seen["most"]
        longest = max(most * 2, allowed(seen)[1])
        told = f"{least:,} to {most:,}, the lengths of {of}"
        sizes = {at: len(value) for at, value in held.items() if len(value) > longest}
        yield from _told(whole, "length", sizes, told)


def _is_plain_number(value: Any) -> bool:
    return is_number(value) and not isinstance(value, bool)


def _of_number(whole: Stray, seen: Mapping[str, Any], values: Any, of: str) -> Iterator[Stray]:
    told = f"{_shown(seen['least'])} to {_shown(seen['most'])}, the range of {of}"
    yield from _told(whole, "range", _beyond(values, *allowed(seen)), told)
    if seen["rows"] < MANY:
        return
    if isinstance(values, list):
        texts = {at: value for at, value in enumerate(values) if isinstance(value, str)}
        yield from _told(whole, "text", texts, of)
    if seen.get("whole"):
        yield from _told(whole, "fraction", _fractions(values), of)


def _fractions(values: Any) -> dict[int, Any]:
    """Return the finite numbers that are not whole, by their places."""
    if isinstance(values, list):
        numbers = {at: as_float(value) for at, value in enumerate(values) if is_number(value)}
        return {at: value for at, value in numbers.items() if value % 1 and math.isfinite(value)}
    if values.dtype.kind != "f":
        return {}
    import numpy as np

    return _at(values, np.isfinite(values) & (values % 1 != 0))


def _beyond(values: Any, low: float, high: float) -> dict[int, Any]:
    if isinstance(values, list):
        numbers = {
            at: value
            for at, value in enumerate(values)
            if not is_missing(value) and isinstance(value, (int, float))
        }
        return {at: value for at, value in numbers.items() if not low <= value <= high}
    inside = (values >= low) & (values <= high)
    return _at(values, ~inside & (values == values))  # noqa: PLR0124 - what is missing is told apart


def _at(values: Any, where: Any) -> dict[int, Any]:
    return dict(zip(where.nonzero()[0].tolist(), values[where], strict=True))


def _told(whole: Stray, why: str, odd: Mapping[int, Any], recorded_as: str) -> Iterator[Stray]:
    if odd:
        shown = tuple(_distinct(odd.values()))
        at = tuple(place + 1 for place in list(odd)[:SHOWN]) if whole.unit == "row" else ()
        yield replace(whole, why=why, rows=len(odd), examples=shown, recorded=recorded_as, at=at)


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
    return f"{as_float(value):,.6g}"
