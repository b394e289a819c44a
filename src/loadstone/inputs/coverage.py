"""What the inputs of a call hold that preprocessing or the examples did not, as facts."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from loadstone.core.facts import Coverage, Lookups, RowLookups, Stray
from loadstone.inputs.outside import sentence, unknown
from loadstone.runtime import lookups
from loadstone.runtime.gaps import Counts, is_gap

OnUnknown = Literal["warn", "error", "ignore"]


class UnknownInput(UserWarning):
    """An input holds what neither a vocabulary of the preprocessing nor the examples hold."""


class UnknownInputError(ValueError):
    """An input holds what is not known; `coverage` tells what."""

    def __init__(self, found: Coverage) -> None:
        super().__init__(unknown_text(found))
        self.coverage = found


def tell(found: Coverage, what: OnUnknown, *, stacklevel: int = 4) -> None:
    """Warn of what is unknown, or raise `UnknownInputError`, as the user chose."""
    text = unknown_text(found) if what != "ignore" else ""
    if text and what == "error":
        raise UnknownInputError(found)
    if text:
        warnings.warn(text, UnknownInput, stacklevel=stacklevel)


def facts(
    tables: Sequence[Mapping[str, Any]],
    at_save: Mapping[str, Counts | None] | None = None,
    strays: tuple[Stray, ...] = (),
) -> Coverage:
    """Return the look-ups of one call beside the counts that were recorded at save."""
    return Coverage(
        tuple(_lookups(item, (at_save or {}).get(item["name"])) for item in tables), strays
    )


def _lookups(told: Mapping[str, Any], saved: Counts | None) -> Lookups:
    counts = told["counts"]
    kind = lookups.ALONE
    if is_gap(told["looked_up"], told["unknown"], saved):
        kind = lookups.ODD if counts[lookups.ODD] else lookups.ANY
    rows = [{**row, "examples": tuple(row["examples"])} for row in told["rows"][kind]]
    return Lookups(
        name=told["name"],
        looked_up=told["looked_up"],
        unknown=told["unknown"],
        examples=tuple(told["examples"]),
        looked_up_at_save=saved[0] if saved else None,
        unknown_at_save=saved[1] if saved else None,
        unit=told["unit"],
        rows=tuple(RowLookups(**row) for row in rows),
        rows_unknown=counts[kind],
        of=told["of"],
        odd=bool(counts[lookups.ALONE]),
    )


def counts(tables: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, int] | None]:
    """Return what the manifest says of each table: how many look-ups, how many of them unknown."""
    return {
        table["name"]: {key: table[key] for key in ("looked_up", "unknown")}
        if table["looked_up"]
        else None
        for table in tables
    }


def unknown_text(coverage: Coverage) -> str:
    """Return one line for a warning, empty where everything was known."""
    return "; ".join(unknown_lines(coverage))


def unknown_lines(coverage: Coverage) -> list[str]:
    """Return a line each of what vocabularies and the examples did not hold."""
    told = [unknown(item) for item in coverage.lookups if item.is_gap]
    return [*told, *map(sentence, coverage.strays)]
