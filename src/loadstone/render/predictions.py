"""Predictions as JSON or CSV, whose floats round-trip exactly, or as a line each."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator, Mapping
from typing import Any


def render_json(predictions: Any, probabilities: Any = None, classes: Any = None) -> str:
    """Return `{"predictions": …}`, with `"probabilities"` and `"classes"` where they are given.

    NaN and the infinities are the strings that JavaScript has for them: JSON has none.
    """
    document: dict[str, Any] = {"predictions": plain(predictions)}
    if probabilities is not None:
        document["probabilities"] = plain(probabilities)
        if classes is not None:
            document["classes"] = plain(classes)
    return json.dumps(document, allow_nan=False) + "\n"


def render_csv(predictions: Any, probabilities: Any = None, classes: Any = None) -> str:
    """Return a row a prediction under a header, the probabilities of each class beside it.

    Raises `ValueError` where a prediction is no number, no text, and no list of those.
    """
    values, found = plain(predictions), plain(probabilities)
    if not isinstance(values, (list, dict)):  # of one row
        values, found = [values], found and [found]
    columns = _columns("prediction", values)
    if found and isinstance(found[0], list) and not _deep(found[0]):
        known = plain(classes) if classes is not None else range(len(found[0]))
        for name, cells in zip(known, zip(*found, strict=True), strict=True):
            columns[f"probability {name}"] = list(cells)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return out.getvalue()


def _columns(name: str, values: Any) -> dict[str, list[Any]]:
    """Return the columns of predictions: one, one an item of each, or one an output."""
    if isinstance(values, dict):
        return {
            column: cells
            for key, item in values.items()
            for column, cells in _columns(key, item).items()
        }
    rows = values if isinstance(values, list) else [values]
    if not rows or not isinstance(rows[0], list):
        return {name: rows}
    if _deep(rows[0]) or any(len(row) != len(rows[0]) for row in rows):
        raise ValueError("a prediction is no number, no text, and no list of those: write JSON")
    return {f"{name} {at}": list(cells) for at, cells in enumerate(zip(*rows, strict=True))}


def _deep(row: list[Any]) -> bool:
    return any(isinstance(cell, (list, dict)) for cell in row)


def render(predictions: Any) -> str:
    """Return one line a prediction: a text as it is, anything else as JSON."""
    values = plain(predictions)
    lines = values if isinstance(values, list) else [values]
    return "".join(f"{line}\n" for line in map(_line, lines))


def _line(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, allow_nan=False)
    return " ".join(text.splitlines())


def plain(value: Any) -> Any:
    """Return `value` in JSON's types; arrays and tensors become lists.

    A float32 becomes the double of the same value, which prints with all the digits it takes.
    """
    if value is None or isinstance(value, (bool, int, float, str, bytes)):
        return _scalar(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    for step in ("detach", "cpu", "tolist"):  # tensors first, then what arrays have too
        if hasattr(value, step):
            value = getattr(value, step)()
    if isinstance(value, (list, float, bool, int, str)):
        return plain(value)
    return list(_items(value))


def _scalar(value: float | str | bytes | None) -> float | str | None:
    if isinstance(value, float):
        return value if math.isfinite(value) else _unbounded(value)
    return value.decode("latin1") if isinstance(value, bytes) else value  # a text of Python 2's


def _items(value: Any) -> Iterator[Any]:
    """Yield the items of any other sequence; what is none is shown as text."""
    try:
        items = iter(value)
    except TypeError:
        yield str(value)
        return
    for item in items:
        yield plain(item)


def _unbounded(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"
