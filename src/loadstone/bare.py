"""A bare file's tensors into the user's class: strictly, without unpickling, and compared after."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from loadstone.adapters.torch import expects, loading
from loadstone.core.classes import replace
from loadstone.core.edits import Edit, SelectEntry
from loadstone.core.facts import Artifact, Filling, Target, TargetProblem, Weights
from loadstone.core.report import Report
from loadstone.core.words import listed
from loadstone.engine.fixing import FilePlan
from loadstone.errors import LoadError, UsageError
from loadstone.fixes import memory
from loadstone.fixes.apply import CannotApplyError, apply
from loadstone.statedict.buffers import computed
from loadstone.statedict.edited import Made


def load(
    path: str,
    into: Any,
    accepted: Mapping[str, str],
    *,
    fix: str | None = None,
    fixes: Any = None,
    entry: str | None = None,
    examples: Any = None,
    steps: Mapping[str, Any] | None = None,
) -> tuple[Any, Report]:
    """Return the model in eval mode with every tensor of the file, and the report.

    `examples` with the outputs expected of them settle in which of several ways it is fixed.

    Raises `LoadError` where a finding stands against it, or where it has to be fixed on disk, and
    `UsageError` where the recipe `fixes` was made for another file.
    """
    from loadstone.engine import fixing
    from loadstone.engine.gather import Asked, gather
    from loadstone.engine.run import derive, run_checks
    from loadstone.render.exception import message

    if fixes is not None and entry is None:
        entry = _entry(fixes)
    facts = gather(path, Asked(into, examples=examples, entry=entry, **(steps or {})))
    report = run_checks(facts, accept=accepted)
    weights = derive(dict(facts)).get(Weights)
    made: Mapping[str, Made] = {}
    wanted = report if fix else _of_entry(report) if entry and fixes is None else None
    plan = fixing.plan(facts, wanted, unsafe=fix == "unsafe") if wanted else None
    if isinstance(plan, FilePlan):  # which the caller makes a copy for
        raise LoadError(report, message(report))
    if isinstance(weights, Weights) and (plan or fixes is not None):
        found = plan.found if plan else ()
        edits = _recipe(fixes, weights) if fixes is not None else plan.edits if plan else ()
        if edits:
            report = run_checks(_after(facts, weights, edits, into), accept=accepted)
            named = replace(report.artifact, path=os.fspath(path))  # nothing was written elsewhere
            report = replace(report, artifact=named, fixed=found)
            after = apply(weights, edits)
            weights, made = Weights(path, after.tensors, weights.entry), after.made
    if report.errors or not isinstance(weights, Weights):
        raise LoadError(report, message(report))
    target = report.target
    if isinstance(target, Target) and target.extras:
        raise UsageError(
            f"`{target.name}` has extra state ({listed(target.extras)}), which is a pickled value: "
            f"load the file with torch.load and load_state_dict"
        )
    module = expects.build(into)
    if isinstance(module, TargetProblem):
        raise UsageError(module.why)
    state = memory.tensors(path, weights.tensors, made)
    try:
        loading.load(module, state)
    except (RuntimeError, ValueError) as error:
        text = f"torch refuses it: {error}"
        raise LoadError(report, message(report, text)) from error
    accepts = isinstance(target, Target) and target.accepts is True
    prove(module, state, renames=accepts)
    return module.eval(), report


def _of_entry(report: Report) -> Report:
    """Return the report with what says that the weights are an entry: which one was told."""
    return replace(
        report,
        found=tuple(
            item
            for item in report.found
            if item.finding.fix and {*map(type, item.finding.fix.edits)} == {SelectEntry}
        ),
    )


def _entry(fixes: Any) -> str | None:
    """Return the entry that a recipe is for, None for the whole file."""
    from loadstone.fixes import recipe

    try:
        return recipe.loads(Path(fixes).read_text("utf-8"), str(fixes))[0] or None
    except CannotApplyError as error:
        raise UsageError(f"`fixes`: {error}") from error


def _recipe(fixes: Any, weights: Weights) -> Sequence[Edit]:
    from loadstone.fixes import recipe

    try:
        return recipe.read(fixes, weights)
    except CannotApplyError as error:
        raise UsageError(f"`fixes`: {error}") from error


def _after(
    facts: Mapping[type, object], weights: Weights, edits: Sequence[Edit], into: Any
) -> dict[type, object]:
    """Return the facts as they are once the edits are made: the target is asked again."""
    from loadstone.engine import fixing

    artifact = facts[Artifact]
    assert isinstance(artifact, Artifact)
    after = fixing.after_edits(dict(facts), artifact, weights, edits)
    expected = expects.expects(into)
    if isinstance(expected, expects.Expected):
        after[Target], after[Filling] = expected.ask(apply(weights, edits).tensors)
    return after


def prove(module: Any, state: Mapping[str, Any], *, renames: bool) -> None:
    """Compare every tensor of the loaded module with what the file held.

    With `renames` the class was seen to fill those of other names too. Raises `UsageError` where
    the class changed them while they were loaded, or left one as it was built.
    """
    for key, held in module.state_dict().items():
        given = state.get(key)
        if given is None:
            if renames or computed(key, expects.fact(held)):
                continue
            raise UsageError(f"nothing of the file is in `{key}`: the class leaves it as it is")
        if loading.same(held, given):
            continue
        if loading.same(held, given, infinite=True):
            dtype = str(held.dtype).removeprefix("torch.")
            raise UsageError(f"`{key}` of the file has numbers that {dtype} cannot hold")
        raise UsageError(f"`{key}` is not what the file holds: the class changes it on load")
