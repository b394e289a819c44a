"""Centres and coefficients in a fitted estimator, and what they say of how its columns were made.

The centres of clusters, components and classes, each by its share of the rows, are together the
mean of every column: 0 where the columns were standardised. Coefficients say less. On columns of
many units they differ by orders; that they are alike says that the columns are of one unit, or were
scaled (measured on eight data sets of scikit-learn, `tests/readers/test_scaled.py`).
"""

from __future__ import annotations

import math
import struct
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from loadstone.readers import _arrays
from loadstone.readers._objects import Tree
from loadstone.readers._source import Buffer

Rows = list[tuple[float, ...]]
_COLUMNS: Final = 3
_COEFFICIENTS: Final = 8  # columns, so that anything is said of them
_CLASSES: Final = 20  # the largest coefficients of many classes are alike on any columns
_ALIKE: Final = 6.0  # from the tenth largest to the ninth of ten
_CENTRES: Final = (
    ("cluster_centers_", "labels_", "clusters"),
    ("means_", "weights_", "components"),
    ("means_", "priors_", "classes"),
)


def centred(tree: Tree, data: Buffer) -> str:
    """Return that all centres together are 0 in every column; empty where they are not."""
    for held in tree.held:
        for name, shares, what in _CENTRES:
            centres, weights = rows(held.get(name), data), _shares(held.get(shares), data)
            if not centres or len(centres) != len(weights) or len(centres[0]) < _COLUMNS:
                continue
            columns = list(zip(*centres, strict=True))
            means = [
                sum(w * value for w, value in zip(weights, column, strict=True))
                for column in columns
            ]
            widest = [max(map(abs, column)) for column in columns]
            if all(abs(mean) < 0.05 for mean in means) and all(0.1 < most < 8 for most in widest):
                return f"the centres of its {what} in {len(columns)} columns are 0 together"
    return ""


def alike(tree: Tree, data: Buffer) -> str:
    """Return from where to where most coefficients lie, where they are alike; empty else."""
    for held in tree.held:
        found = rows(held.get("coef_"), data)
        sizes = sorted(max(map(abs, column)) for column in zip(*found, strict=True))
        told = [size for size in sizes if size > 0 and math.isfinite(size)]
        if len(told) < _COEFFICIENTS or len(found) > _CLASSES:
            continue
        low, high = told[len(told) // 10], told[-1 - len(told) // 10]
        return f"{low:.3g} to {high:.3g}" if high <= _ALIKE * low else ""
    return ""


def rows(node: Any, data: Buffer) -> Rows:
    """Return the rows of a table of floats, one row of an array of one axis; at most 64 kB."""
    found = _arrays.array(node)
    code = {"float64": "d", "float32": "f"}.get(found.dtype.word or "") if found else None
    if found is None or code is None or len(found.shape) not in (1, 2) or found.dtype.big:
        return []
    count, width = found.shape if len(found.shape) == 2 else (1, *found.shape)
    size = width * found.dtype.width
    raw = _arrays.first_bytes(found.raw, data) or b""
    if not size or len(raw) < size:
        return []
    if found.fortran and count > 1:
        return _turned(raw, count, width, code) if len(raw) == size * count else []
    one = struct.Struct(f"<{width}{code}")
    return [one.unpack_from(raw, at * size) for at in range(min(count, len(raw) // size))]


def _turned(raw: bytes, count: int, width: int, code: str) -> Rows:
    held = struct.unpack(f"<{count * width}{code}", raw)
    return [held[at::count] for at in range(count)]


def _shares(node: Any, data: Buffer) -> Sequence[float]:
    """Return the share of each centre: as it is held, or counted of the labels of all rows."""
    found = _arrays.array(node)
    if found is None or len(found.shape) != 1:
        return []
    code = {"int32": "i", "int64": "q", "float64": "d", "float32": "f"}.get(found.dtype.word or "")
    raw = _arrays.first_bytes(found.raw, data) or b""
    if code is None or found.dtype.big or not raw or len(raw) != found.shape[0] * found.dtype.width:
        return []
    held = struct.unpack(f"<{found.shape[0]}{code}", raw)
    if code in "df":
        return held
    counted = Counter(held)
    return [counted[label] / len(held) for label in range(max(counted) + 1)]
