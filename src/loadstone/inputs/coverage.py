"""What preprocessing looked up and did not find, as facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from loadstone.core.facts import Coverage, Lookups


class UnknownInput(UserWarning):
    """An input holds words or categories that the vocabulary of the preprocessing does not."""


def facts(
    tables: Sequence[Mapping[str, Any]], at_save: Mapping[str, float | None] | None = None
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
        )
    )


def rates(tables: Sequence[Mapping[str, Any]]) -> dict[str, float | None]:
    """Return the share of unknown look-ups of each table."""
    return {
        table["name"]: table["unknown"] / table["looked_up"] if table["looked_up"] else None
        for table in tables
    }


def unknown_text(coverage: Coverage) -> str:
    """Return one line for a warning, empty where everything was known."""
    parts = []
    for item in coverage.lookups:
        if item.unknown:
            names = ", ".join(f"`{name}`" for name in item.examples[:4])
            parts.append(
                f"{names}: {item.unknown} of {item.looked_up} look-ups in `{item.name}` unknown"
            )
    return "; ".join(parts)
