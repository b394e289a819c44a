"""What the checks of the weights show: places, and saved beside expected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from loadstone.core.facts import Target, TensorFact, Weights
from loadstone.core.findings import Fix, Place, Row
from loadstone.statedict.match import Match, Step


def weights_place(weights: Weights, name: str | None = None) -> Place:
    """Return the place of a tensor, or of the entry that holds the state dict."""
    parts = [part for part in (weights.entry, name) if part]
    return Place(weights.path, name="::".join(parts) or None)


def target_place(target: Target) -> Place | None:
    """Return where the target's class is defined, if that is known."""
    return Place(target.file, line=target.line) if target.file else None


def rename_rows(
    step: Step, saved: Mapping[str, TensorFact], target: Target, limit: int
) -> tuple[Row, ...]:
    """Return rows that show the first renamed keys, saved beside expected."""
    rows = []
    for old, new in step.renames[:limit]:
        fact = saved.get(old) or saved.get(new)
        expected = target.get(new)
        rows.append(
            Row(
                f"{old}  {fact}" if fact else old,
                f"{new}  {expected}" if expected else new,
            )
        )
    return tuple(rows)


def by_module(keys: Iterable[str], others: Mapping[str, TensorFact]) -> dict[str, bool]:
    """Return the modules of `keys`, each with whether `others` has nothing of it.

    A module is named instead of its parts where `others` has nothing of the whole of it.
    """
    present = {path for key in others for path in _above(key)}
    modules: dict[str, bool] = {}
    for key in keys:
        path = key.rpartition(".")[0]
        absent = [above for above in _above(key) if above not in present]
        modules[absent[0] if absent else path] = bool(absent)
    return modules


def _above(key: str) -> list[str]:
    """Return the modules that a tensor lies in: `enc` and `enc.0` for `enc.0.bias`."""
    parts = key.split(".")[:-1]
    return [".".join(parts[:size]) for size in range(1, len(parts) + 1)] or [""]


def step_fix(step: Step, match: Match, title: str) -> Fix | None:
    """Return the fix that a step of a match is, None where the match leaves tensors open."""
    if not match.complete:
        return None
    return Fix(
        title,
        step.edits,
        safety="unsafe" if step.convention else "safe",
        proof="; ".join(part for part in (step.proof, step.convention) if part),
    )
