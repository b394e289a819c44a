"""What a report concludes, in the four words that it may use."""

from __future__ import annotations

from typing import Literal

from loadstone.core.classes import dataclass

Loads = Literal["yes", "no", "unknown"]
Predicts = Literal["identical", "within tolerance", "differs", "unproven"]

_ORDER: tuple[Predicts, ...] = ("identical", "within tolerance", "unproven", "differs")


def worst(results: list[Predicts]) -> Predicts:
    """Return the least that may be claimed of all `results` together; `unproven` of none."""
    return max(results, key=_ORDER.index, default="unproven")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether it loads, whether it predicts the same, and on what evidence."""

    loads: Loads
    predicts_the_same: Predicts
    loads_because: str = ""
    predicts_because: str = ""
