"""Fixes applied to a copy of the facts, checked again, and only then written beside the file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from loadstone import readers
from loadstone.atomic import new_file
from loadstone.core.edits import Edit
from loadstone.core.facts import Artifact, Code, Target, TensorFact, Weights
from loadstone.core.report import Found, Report
from loadstone.engine.run import Facts, derive, run_checks
from loadstone.fixes import recipe
from loadstone.fixes.apply import apply, fixed_artifact
from loadstone.fixes.write import write
from loadstone.statedict.match import Match


@dataclass(frozen=True, slots=True)
class Plan:
    """The fixes that stand: applied together, they remove findings and bring no new one."""

    found: tuple[Found, ...]
    edits: tuple[Edit, ...]
    weights: Weights
    facts: Facts  # as they would be after the edits


def plan(facts: Facts, report: Report, *, unsafe: bool = False) -> Plan | None:
    """Return the fixes that may be applied together, or None where there is nothing to apply.

    A fix whose result shows a finding that was not there before is left out.
    """
    weights = derive(dict(facts)).get(Weights)
    artifact = facts[Artifact]
    if not isinstance(weights, Weights) or not isinstance(artifact, Artifact):
        return None
    wanted = ("safe", "unsafe") if unsafe else ("safe",)
    chosen = [
        item
        for item in report.found
        if item.finding.fix is not None and item.finding.fix.safety in wanted
    ]
    before = {item.check.code for item in report.found}
    while chosen:
        edits = tuple(
            edit for item in chosen if item.finding.fix for edit in item.finding.fix.edits
        )
        after = _after(facts, artifact, weights, edits)
        new = [item for item in run_checks(after).errors if item.check.code not in before]
        if not new:
            return Plan(tuple(chosen), edits, weights, after)
        chosen.pop()
    return None


def _after(facts: Facts, artifact: Artifact, weights: Weights, edits: tuple[Edit, ...]) -> Facts:
    left_out = (Artifact, Weights, Match, Code)
    after = {kind: value for kind, value in facts.items() if kind not in left_out}
    after[Artifact] = fixed_artifact(artifact, weights, edits, str(default_output(artifact.path)))
    target = after.get(Target)
    if isinstance(target, Target):
        after[Target] = replace(target, accepts=None)
    return after


def default_output(path: str | os.PathLike[str]) -> Path:
    """Return `model.fixed.safetensors` for `model.pth`, in the same folder."""
    given = Path(path)
    return given.with_name(f"{given.stem or given.name}.fixed.safetensors")


def recipe_path(output: Path) -> Path:
    """Return `model.fix.json` for `model.fixed.safetensors`."""
    stem = output.name.removesuffix(".safetensors").removesuffix(".fixed")
    return output.with_name(f"{stem}.fix.json")


def save(
    plan: Plan,
    path: str | os.PathLike[str],
    output: Path,
    progress: Callable[[int], None] | None = None,
) -> tuple[Path, Path]:
    """Write the fixed tensors and the recipe; return both paths.

    Raises `FileExistsError` before any work where one of them exists, `OSError`, `ValueError`
    where the tensors cannot be held by safetensors; nothing is then left behind.
    """
    recipe_file = recipe_path(output)
    for file in (output, recipe_file):
        if os.path.lexists(file):
            raise FileExistsError(f"`{file}` exists already, and nothing is written over")
    tensors = apply(plan.weights, plan.edits)
    read = _reader(path)
    codes = [item.check.code for item in plan.found]
    write(output, tensors, read, metadata={"format": "pt"}, progress=progress)
    try:
        with new_file(recipe_file) as stream:
            stream.write(recipe.dumps(plan.weights, plan.edits, codes).encode())
    except BaseException:
        output.unlink()
        raise
    return output, recipe_file


def _reader(path: str | os.PathLike[str]) -> Callable[[TensorFact], Iterator[memoryview]]:
    def read(fact: TensorFact) -> Iterator[memoryview]:
        return readers.tensor_bytes(path, fact)

    return read
