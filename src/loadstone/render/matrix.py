"""Many environments of one model: a table for the terminal, and JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from packaging.version import Version

from loadstone.core.report import drift_json
from loadstone.core.words import count
from loadstone.render.json import dumps
from loadstone.render.view import View, cells, hang, pad

if TYPE_CHECKING:
    from loadstone.core.facts import Drift
    from loadstone.matrix import Bisected, Matrix, Result

SCHEMA = "loadstone.matrix/1"
_LONG = 120  # characters of an exception; the JSON has all of it
_ROLE = {"identical": "good", "within tolerance": "good", "differs": "bad", "no": "bad"}


def render(matrix: Matrix, view: View) -> str:
    """Return a line an environment: whether it loads, whether it predicts the same, what moved."""
    version = matrix.made.versions.get(matrix.library, "")
    made = f"{matrix.library} {version}, Python {matrix.made.python}".strip()
    lines = [view.paint("strong", view.text(matrix.path))]
    lines += [f"  made with {view.text(made)}; {count(matrix.rows, 'row')} predicted in each"]
    rows = [_row(result) for result in matrix.results]
    widths = [max(cells(row[at]) for row in rows) + 2 for at in range(2)] if rows else []
    for row in rows:
        start = "  " + "".join(pad(view.text(row[at]), widths[at]) for at in range(2))
        head, *rest = hang(start, view.text(row[2]), view.width)
        role = _ROLE.get(row[1])
        lines += [head.replace(row[1], view.paint(role, row[1]), 1) if role else head, *rest]
    lines += [view.text(_sentence(item)) for item in matrix.bisected]
    return "\n".join(lines) + "\n"


def _row(result: Result) -> tuple[str, str, str]:
    """Return the environment, the verdict in a word, and the rest."""
    drift = result.drift
    if drift is None:
        return str(result.cell), "not tried", result.why
    where = ", ".join(f"{name} {version}" for name, version in result.cell.versions.items())
    where = f"{where}, Python {drift.now.python}"
    if drift.now.error:
        return where, "no", _failed(result, drift)
    return where, drift.result, "; ".join(_outputs(drift)) if drift.result != "identical" else ""


def _failed(result: Result, drift: Drift) -> str:
    told = "loads, and does not predict" if result.loads else "does not load"
    why = drift.now.error
    return f"{told}: {why if len(why) <= _LONG else why[: _LONG - 1] + '…'}"


def _outputs(drift: Drift) -> Iterator[str]:
    for item in drift.outputs:
        if item.result == "identical":
            continue
        told = f"{item.name}: {len(item.moved):,} of {count(drift.rows, 'row')} moved"
        if item.difference and item.largest_at is not None:
            told += f", by up to {item.difference:.3g} (row {item.largest_at})"
        yield told


def _sentence(item: Bisected) -> str:
    """Say which version changes the predictions, and no more than was tried."""
    if item.first is None:
        return f"{item.library} {item.same}, the farthest that can be built, predicts the same"
    if item.same is None:
        return (
            f"{item.library} {item.first}, the nearest that can be built, does not predict the same"
        )
    way = "newer" if Version(item.first) > Version(item.same) else "older"
    told = f"{item.library} {item.first} is the first {way} version that does not predict the same"
    return f"{told}; {item.same} does"


def render_json(matrix: Matrix) -> str:
    """Return the same as one object, as `matrix.schema.json` says."""
    return dumps(document(matrix))


def document(matrix: Matrix) -> dict[str, Any]:
    """Return the JSON value."""
    made = matrix.made
    return {
        "schema": SCHEMA,
        "path": matrix.path,
        "library": matrix.library,
        "rows": matrix.rows,
        "made": {"python": made.python, "versions": dict(made.versions)},
        "results": [_result(item) for item in matrix.results],
        "bisected": [
            {"library": item.library, "same": item.same, "first": item.first}
            for item in matrix.bisected
        ],
    }


def _result(item: Result) -> dict[str, Any]:
    return {
        "versions": dict(item.cell.versions),
        "python": item.drift.now.python if item.drift else item.cell.python,
        "loads": None if item.drift is None else "yes" if item.loads else "no",
        "predicts_the_same": item.drift.result if item.drift else "unproven",
        "why": item.why,
        "drift": drift_json(item.drift) if item.drift else None,
    }
