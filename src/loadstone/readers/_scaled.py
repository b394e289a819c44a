"""What the numbers in a fitted estimator reveal of its inputs: columns that had been scaled.

A tree splits between values that its columns had, and neighbours keep the columns themselves. A
naive Bayes of Gaussians holds their means and variances, class by class; `_centres` has more.
Columns that `StandardScaler` made lie about 0 with a deviation of 1; those of `MinMaxScaler` from 0
to 1. Columns as people measure them are rarely so, all of them.
"""

from __future__ import annotations

import math
import struct
from typing import Final

from loadstone.readers import _arrays, _centres
from loadstone.readers import _values as values
from loadstone.readers._objects import Plain, Tree
from loadstone.readers._source import Buffer

_TREES: Final = 10  # of a forest that are looked at
_NODES: Final = 400  # of a tree
_NODE: Final = struct.Struct("<qqqd")  # left, right, feature, threshold; more follows
_WIDTHS: Final = ("V56", "V64")
_KEPT: Final = ("_fit_X", "support_vectors_", "X_train_", "X_fit_")
_LEAST: Final = 30  # numbers in all, so that anything is said
_COLUMNS: Final = 3
_EACH: Final = 3  # numbers of a column, so that it counts
_SCALERS: Final = (
    "Scaler",
    "PowerTransformer",
    "QuantileTransformer",
    "Normalizer",
    "Normalization",
)


def detail(tree: Tree, data: Buffer) -> dict[str, Plain]:
    """Return `scaled` and `scaled_by`, where the numbers say it and no scaler is in the file.

    Of a linear model `coefficients_alike`, where they are.
    """
    if any(module.name.endswith(_SCALERS) for module in tree.modules):
        return {}
    told_by = _gaussian(tree, data) or _centres.centred(tree, data)
    if told_by:
        return {"scaled": "standardised", "scaled_by": told_by}
    columns, source = _binned(tree, data) or _split(tree, data), "the splits of its trees"
    if not columns:
        columns, source = _kept(tree, data), "the rows that it keeps"
    told = _scaled({name: held for name, held in columns.items() if len(held) >= _EACH})
    if told:
        return {"scaled": told[0], "scaled_by": f"{source} in {told[1]}"}
    alike = _centres.alike(tree, data)
    return {"coefficients_alike": alike} if alike else {}


def _split(tree: Tree, data: Buffer) -> dict[int, list[float]]:
    """Return the thresholds of each column in the trees of scikit-learn."""
    columns: dict[int, list[float]] = {}
    nodes = [held["nodes"] for held in tree.held if "nodes" in held][:_TREES]
    for node in nodes:
        found = _arrays.array(node)
        if found is None or found.dtype.text not in _WIDTHS:
            continue
        raw = _arrays.first_bytes(found.raw, data) or b""
        width = found.dtype.width
        for at in range(0, min(len(raw), _NODES * width) - width + 1, width):
            left, _, feature, threshold = _NODE.unpack_from(raw, at)
            if left >= 0 <= feature < 1 << 20 and math.isfinite(threshold):
                columns.setdefault(feature, []).append(threshold)
    return columns


def _binned(tree: Tree, data: Buffer) -> dict[int, list[float]]:
    """Return the thresholds between the bins of each column, of trees that split histograms."""
    node = next((held["bin_thresholds_"] for held in tree.held if "bin_thresholds_" in held), None)
    columns: dict[int, list[float]] = {}
    for at, item in enumerate(values.items(node) or () if node is not None else ()):
        found = _arrays.array(item)
        if found is None or found.dtype.word != "float64" or found.dtype.big:
            continue
        raw = _arrays.first_bytes(found.raw, data) or b""
        held = struct.unpack(f"<{len(raw) // 8}d", raw[: len(raw) // 8 * 8])
        columns[at] = [value for value in held if math.isfinite(value)]
    return columns


def _gaussian(tree: Tree, data: Buffer) -> str:
    """Return that all columns together have the mean 0 and the variance 1; empty where not."""
    for held in tree.held:
        means, spreads = (
            _centres.rows(held.get("theta_"), data),
            _centres.rows(held.get("var_"), data),
        )
        shares = _arrays.elements(held.get("class_prior_"), data) if means and spreads else None
        if not shares or not len(shares) == len(means) == len(spreads):
            continue
        weights = [float(share or 0.0) for share in shares]
        columns = len(means[0])
        totals = [
            (
                sum(weight * row[at] for weight, row in zip(weights, means, strict=True)),
                sum(
                    weight * (spread[at] + row[at] ** 2)
                    for weight, row, spread in zip(weights, means, spreads, strict=True)
                ),
            )
            for at in range(columns)
        ]
        if columns >= _COLUMNS and all(
            abs(mean) < 0.05 and 0.9 < square < 1.1 for mean, square in totals
        ):
            return f"the means of its classes in {columns} columns are 0 together, and deviate by 1"
    return ""


def _kept(tree: Tree, data: Buffer) -> dict[int, list[float]]:
    """Return the columns that an estimator keeps as it was given them."""
    for held in tree.held:
        for name in _KEPT:
            rows = _centres.rows(held.get(name), data)
            if rows:
                return {at: [row[at] for row in rows] for at in range(len(rows[0]))}
    return {}


def _scaled(columns: dict[int, list[float]]) -> tuple[str, str] | None:
    """Return what the columns were made by, and the numbers that say so."""
    numbers = [value for held in columns.values() for value in held]
    if len(columns) < _COLUMNS or len(numbers) < _LEAST or not all(map(math.isfinite, numbers)):
        return None
    least, most = min(numbers), max(numbers)
    if all(map(_is_standard, columns.values())):
        return "standardised", f"{len(columns)} columns have means of 0 and deviations of 1"
    told = f"{len(columns)} columns lie from {least:.3g} to {most:.3g}"
    mean, spread = _moments(numbers)
    about_zero = sum(1 for held in columns.values() if min(held) < 0 < max(held))
    if -6 < least < -0.5 and 0.5 < most < 6 and 2 * about_zero > len(columns):
        return ("standardised", told) if abs(mean) < 0.6 and 0.3 < spread < 1.4 else None
    if least >= 0 and 0.6 < most <= 1 and spread > 0.1:
        fractional = sum(1 for value in numbers if value not in (0.0, 0.5, 1.0))
        return ("0 to 1", told) if fractional * 2 > len(numbers) else None
    return None


def _is_standard(held: list[float]) -> bool:
    """Whether a column has about the mean 0 and the deviation 1."""
    mean, spread = _moments(held)
    return abs(mean) < 0.2 and 0.8 < spread < 1.2


def _moments(held: list[float]) -> tuple[float, float]:
    """Return the mean and the deviation; inf or nan where a square is no float any more."""
    mean = sum(held) / len(held)
    apart = [value - mean for value in held]
    return mean, math.sqrt(sum(value * value for value in apart) / len(held))
