"""What the checks of inputs and outputs say of witnesses that were predicted again."""

from __future__ import annotations

from loadstone.checks._common import quoted
from loadstone.core import Artifact
from loadstone.core.facts import Bundle, FirstDifference, Replay, StageReplay
from loadstone.core.findings import Fix, Row
from loadstone.core.words import count, listed


def stage(replay: Replay, name: str) -> StageReplay | None:
    """Return a stage of the replay, if the model has it."""
    return next((item for item in replay.stages if item.stage == name), None)


def outcome(replay: Replay) -> str:
    """Return `preprocess differs, model identical`."""
    return ", ".join(f"{item.stage} {item.result}" for item in replay.stages)


def fed(replay: Replay) -> str:
    """Return what each stage was fed, and what came of it."""
    what = "what comes of the one before it" if replay.digests else "what was recorded before it"
    return f"every stage is fed {what}: {outcome(replay)}"


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
    """Return how far a stage is off, beside how far the measured rounding may put it."""
    if found.difference is None:
        return ""
    told = f", and what was measured {when} allows {found.tolerance:.3g}"
    allowed = told if found.tolerance is not None else ""
    return f"the largest difference is {found.difference:.3g}{allowed}"


def located(replay: Replay) -> list[str]:
    """Return notes of the module that first gives something else, and what may be why."""
    first = replay.first
    if first is None:
        return []
    if first.what == "unknown":
        return [f"it could not be followed module by module: {first.why}"]
    if first.what == "none":
        told = f"called module by module it gives what was recorded, in all {first.equal:,} calls"
        return [f"{told}: what computes the whole at once gives something else"]
    if first.rounding:
        return [f"no module differs by more than rounding, which begins at {_module(first)}"]
    return [_place(first), *_causes(first)]


def _module(first: FirstDifference) -> str:
    return f"`{first.module}`" if first.module else "the end of the model"


def _place(first: FirstDifference) -> str:
    if first.what == "order":
        now = f"`{first.now}` is called" if first.now else "nothing more is called"
        told = f"where {_module(first)} was called, {now}"
        if first.now == first.module:
            told = f"{_module(first)} is called once more than it was"
    elif first.what == "in":
        told = f"what goes into {_module(first)} is another"
    else:
        told = f"{_module(first)} gives something else for what it was given"
    if first.saved != first.given:
        told += f", {first.given} and not {first.saved}"
    elif first.difference is not None and first.largest is not None:
        told += f", by {first.difference:.3g} of at most {first.largest:.3g}"
    return f"first difference: {told}, after {count(first.equal, 'call')} of modules as recorded"


def _causes(first: FirstDifference) -> list[str]:
    notes = []
    if first.rounds_from is not None:
        earlier = f"`{first.rounds_from}`" if first.rounds_from else "the end of the model"
        notes.append(f"smaller differences, as kernels round, begin before it at {earlier}")
    if first.changed:
        return [*notes, f"weights that it is computed with are others: {listed(first.changed)}"]
    what = "its weights are equal"
    if first.what != "out":
        around = f"`{first.around}`" if first.around else "the model itself"
        return [*notes, f"it is computed by the code of {around}, which changed"]
    if first.inside:
        what += ", and the modules in it give what they gave"
    return [*notes, f"{what}: its code changed, or the kernels that compute it"]


def kept(replay: Replay) -> list[str]:
    """Return a note of the folder that holds what differs, if there is one."""
    return [f"what was recorded and what came now are kept in {replay.kept}"] * bool(replay.kept)


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


def as_saved(artifact: Artifact) -> Fix:
    """Return the way out where a bundle is whole, and what is installed here is another."""
    return Fix(
        "predict in the environment that it was saved in, rebuilt",
        safety="manual",
        shell=f"loadstone predict {quoted(artifact.path)} -i ROWS --env isolated",
    )


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
