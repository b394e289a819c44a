"""Predictions as JSON or CSV, whose floats round-trip exactly, or as a line each."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from loadstone.runtime.plain import plain


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
