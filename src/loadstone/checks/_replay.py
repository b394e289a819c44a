"""What the checks of inputs and outputs say of witnesses that were predicted again."""

from __future__ import annotations

from loadstone.core.facts import Bundle, Replay, StageReplay
from loadstone.core.findings import Row
from loadstone.core.words import count, listed


def stage(replay: Replay, name: str) -> StageReplay | None:
    """Return a stage of the replay, if the model has it."""
    return next((item for item in replay.stages if item.stage == name), None)


def outcome(replay: Replay) -> str:
    """Return `preprocess differs, model identical`."""
    return ", ".join(f"{item.stage} {item.result}" for item in replay.stages)


def rows(example: str) -> tuple[Row, ...]:
    """Return the first witness that differs, what was recorded beside what came now."""
    if not example:
        return ()
    for arrow in (" → ", " -> "):
        before, found, now = example.partition(arrow)
        if found:
            return (Row(before, now),)
    return (Row(example),)


def measured(found: StageReplay, when: str = "at save") -> str:
    """Return how far a stage is off, beside what two runs differed by."""
    if found.difference is None:
        return ""
    tolerance = found.tolerance
    allowed = f", {tolerance:.3g} was measured {when}" if tolerance is not None else ""
    return f"the largest difference is {found.difference:.3g}{allowed}"


def given(replay: Replay) -> str:
    """Return `5 examples`: without a bundle, the caller's take the place of witnesses."""
    return count(replay.witnesses, "example")


def circumstance(replay: Replay) -> str:
    """Return why the inputs are not to blame for a stage that raises."""
    if replay.where == "a clean process":
        return "it ran where it was written: what it needs is not in the bundle"
    if replay.unloaded:
        return "it loaded when it was saved"
    return "it raises on inputs that it took when the model was saved"


def broken_by(replay: Replay, bundle: Bundle | None) -> tuple[str, ...]:
    """Return the changed files that are of the part which did not load."""
    folder = {"code": "code/", "model": "forms/"}.get(replay.unloaded)
    changes = bundle.changes if bundle and folder else ()
    return tuple(
        item.name
        for item in changes
        if item.kind == "changed" and item.name.startswith(folder or "")
    )


def edited(bundle: Bundle | None) -> tuple[str, ...]:
    """Return a note of the files that were changed or added since the save, if there are any."""
    changes = bundle.changes if bundle else ()
    names = [item.name for item in changes if item.kind in ("changed", "extra")]
    return (f"changed after it was saved: {listed(names)}",) if names else ()
