"""A bare file's tensors into the user's class: strictly, without unpickling, and compared after."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from loadstone.adapters.torch import expects
from loadstone.core.classes import replace
from loadstone.core.edits import Edit
from loadstone.core.facts import Artifact, Code, Target, TargetProblem, Weights
from loadstone.core.report import Report
from loadstone.core.words import listed
from loadstone.engine.fixing import FilePlan, default_output
from loadstone.errors import LoadError, UsageError
from loadstone.fixes import memory
from loadstone.fixes.apply import CannotApplyError, apply, fixed_artifact
from loadstone.statedict.edited import Made
from loadstone.statedict.match import Match


def load(
    path: str,
    into: Any,
    accepted: Mapping[str, str],
    *,
    fix: str | None = None,
    fixes: Any = None,
) -> tuple[Any, Report]:
    """Return the model in eval mode with every tensor of the file, and the report.

    Raises `LoadError` where a finding stands against it, or where it has to be fixed on disk, and
    `UsageError` where the recipe `fixes` was made for another file.
    """
    from loadstone.engine import fixing
    from loadstone.engine.gather import Asked, gather
    from loadstone.engine.run import derive, run_checks
    from loadstone.render.exception import message

    facts = gather(path, Asked(into))
    report = run_checks(facts, accept=accepted)
    weights = derive(dict(facts)).get(Weights)
    made: Mapping[str, Made] = {}
    plan = fixing.plan(facts, report, unsafe=fix == "unsafe") if fix else None
    if isinstance(plan, FilePlan):
        name = report.artifact.path
        raise LoadError(report, message(report, f"{name} has to be fixed on disk before it loads"))
    if isinstance(weights, Weights) and (fix or fixes is not None):
        found = plan.found if plan else ()
        edits = _recipe(fixes, weights) if fixes is not None else plan.edits if plan else ()
        if edits:
            report = run_checks(_after(facts, weights, edits), accept=accepted)
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
        module.load_state_dict(state, strict=True)
    except (RuntimeError, ValueError) as error:
        text = f"torch refuses it: {error}"
        raise LoadError(report, message(report, text)) from error
    prove(module, state)
    return module.eval(), report


def _recipe(fixes: Any, weights: Weights) -> Sequence[Edit]:
    from loadstone.fixes import recipe

    try:
        return recipe.read(fixes, weights)
    except CannotApplyError as error:
        raise UsageError(f"`fixes`: {error}") from error


def _after(
    facts: Mapping[type, object], weights: Weights, edits: Sequence[Edit]
) -> dict[type, object]:
    """Return the facts as they are once the edits are made: the target is asked again."""
    after = {kind: value for kind, value in facts.items() if kind not in (Weights, Match, Code)}
    artifact, target = facts[Artifact], facts.get(Target)
    assert isinstance(artifact, Artifact)
    after[Artifact] = fixed_artifact(
        artifact, weights, edits, str(default_output(artifact.path, edits))
    )
    if isinstance(target, Target):
        after[Target] = replace(target, accepts=None)
    return after


def prove(module: Any, state: Mapping[str, Any]) -> None:
    """Compare every tensor of the loaded module with what the file held.

    Raises `UsageError` where the class changed them while they were loaded.
    """
    import torch

    for key, held in module.state_dict().items():
        given = state.get(key)
        if given is None:
            continue
        same = held.shape == given.shape and torch.equal(held.cpu(), given.to(held.dtype).cpu())
        nan = given.is_floating_point() and bool(torch.isnan(given).any())
        if not same and not nan:
            raise UsageError(f"`{key}` is not what the file holds: the class changes it on load")
