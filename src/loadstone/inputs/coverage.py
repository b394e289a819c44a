"""What the inputs of a call hold that preprocessing or the examples did not, as facts."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from loadstone.core.facts import Coverage, Lookups, Stray
from loadstone.inputs.outside import sentence, unknown

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
    at_save: Mapping[str, float | None] | None = None,
    strays: tuple[Stray, ...] = (),
) -> Coverage:
    """Return the look-ups of one call beside the rates that were recorded at save."""
    return Coverage(
        tuple(
            Lookups(
                name=table["name"],
                looked_up=table["looked_up"],
                unknown=table["unknown"],
                examples=tuple(table["examples"]),
                rate_at_save=(at_save or {}).get(table["name"]),
            )
            for table in tables
        ),
        strays,
    )


def rates(tables: Sequence[Mapping[str, Any]]) -> dict[str, float | None]:
    """Return the share of unknown look-ups of each table."""
    return {
        table["name"]: table["unknown"] / table["looked_up"] if table["looked_up"] else None
        for table in tables
    }


def unknown_text(coverage: Coverage) -> str:
    """Return one line for a warning, empty where everything was known."""
    return "; ".join(unknown_lines(coverage))


def unknown_lines(coverage: Coverage) -> list[str]:
    """Return a line each of what vocabularies and the examples did not hold."""
    told = [unknown(item) for item in coverage.lookups if item.unknown]
    return [*told, *map(sentence, coverage.strays)]
