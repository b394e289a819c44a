"""Fixes applied to a copy of the facts, checked again, and only then written beside the file."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import ClassVar

from loadstone.atomic import new_file
from loadstone.core.classes import dataclass, replace
from loadstone.core.edits import DropOperator, Edit, FileEdit, ForgetConfiguration, Salvage
from loadstone.core.facts import Artifact, Code, Filling, Replay, Target, Trials, Weights
from loadstone.core.report import Found, Report
from loadstone.engine.run import Facts, derive, run_checks
from loadstone.fixes import recipe
from loadstone.fixes.apply import apply, fixed_artifact
from loadstone.fixes.packed import packed
from loadstone.fixes.restore import restore
from loadstone.fixes.write import write
from loadstone.statedict.match import Match


@dataclass(frozen=True, slots=True)
class Plan:
    """The fixes that stand: applied together, they remove findings and bring no new one."""

    found: tuple[Found, ...]
    edits: tuple[Edit, ...]
    weights: Weights
    facts: Facts  # as they would be after the edits
    of_folder: ClassVar[bool] = False

    def output(self, path: str | os.PathLike[str]) -> Path:
        """Return where it is written unless the caller says otherwise."""
        return default_output(path, self.edits)


@dataclass(frozen=True, slots=True)
class FilePlan:
    """The one fix that is made to the file or folder itself; what it gives is checked as any."""

    found: tuple[Found, ...]
    edit: FileEdit

    @property
    def of_folder(self) -> bool:
        """Whether a folder is written."""
        return isinstance(self.edit, (DropOperator, ForgetConfiguration))

    def output(self, path: str | os.PathLike[str]) -> Path:
        """Return where it is written unless the caller says otherwise."""
        return Path(path).with_name(self.edit.name)


def plan(facts: Facts, report: Report, *, unsafe: bool = False) -> Plan | FilePlan | None:
    """Return the fixes that may be applied together, or None where there is nothing to apply.

    A fix of the container comes alone: what is inside is not known before. So does a salvage,
    whose result may lack tensors. Any other fix whose result shows a finding that was not there
    before is left out. The steps of a match go together: some of them alone would leave a file
    that fits neither side.
    """
    wanted = ("safe", "unsafe") if unsafe else ("safe",)
    chosen = [
        item
        for item in report.found
        if item.finding.fix is not None and item.finding.fix.safety in wanted
    ]
    for item in chosen:
        for edit in item.finding.fix.edits if item.finding.fix else ():
            if isinstance(edit, FileEdit):
                return FilePlan((item,), edit)
            if isinstance(edit, Salvage):
                chosen = [item]
    weights = derive(dict(facts)).get(Weights)
    artifact = facts[Artifact]
    if not isinstance(weights, Weights) or not isinstance(artifact, Artifact):
        return None
    matched = derive(dict(facts)).get(Match)
    chosen = _whole_match(chosen, matched)
    chosen.sort(key=_place_in(matched))
    before = {item.check.code for item in report.found}
    while chosen:
        edits = tuple(
            edit for item in chosen if item.finding.fix for edit in item.finding.fix.edits
        )
        after = after_edits(facts, artifact, weights, edits)
        new = [item for item in run_checks(after).errors if item.check.code not in before]
        if not new or salvages(edits):
            return Plan(tuple(chosen), edits, weights, after)
        chosen = _whole_match(chosen[:-1], matched)
    return None


def _whole_match(chosen: list[Found], matched: object) -> list[Found]:
    """Return the fixes without those of a match of which others are not chosen."""
    if not isinstance(matched, Match):
        return chosen
    of_match = [edit for step in matched.steps for edit in step.edits]
    there = [edit for item in chosen for edit in _edits(item)]
    if all(edit in there for edit in of_match):
        return chosen
    return [item for item in chosen if not any(edit in of_match for edit in _edits(item))]


def _edits(item: Found) -> tuple[Edit, ...]:
    return item.finding.fix.edits if item.finding.fix else ()


def _place_in(matched: object) -> Callable[[Found], int]:
    """Return when a fix is done: those of names and layouts as the match does them, others before.

    Sorting is stable, so that those keep their order.
    """
    edits = (
        [edit for step in matched.steps for edit in step.edits]
        if (isinstance(matched, Match))
        else []
    )

    def place(item: Found) -> int:
        first = item.finding.fix.edits[0] if item.finding.fix else None
        return edits.index(first) if first in edits else -1

    return place


def after_edits(facts: Facts, artifact: Artifact, weights: Weights, edits: Sequence[Edit]) -> Facts:
    """Return the facts as they are once the edits are made: the target is asked again."""
    left_out = (Artifact, Weights, Match, Code, Filling, Replay, Trials)
    after = {kind: value for kind, value in facts.items() if kind not in left_out}
    after[Artifact] = fixed_artifact(
        artifact, weights, edits, str(default_output(artifact.path, edits))
    )
    target = after.get(Target)
    if isinstance(target, Target):
        after[Target] = replace(target, accepts=None)
    return after


def salvages(edits: Iterable[Edit]) -> bool:
    """Return whether the edits keep what is left of a file that is cut off."""
    return any(isinstance(edit, Salvage) for edit in edits)


def default_output(path: str | os.PathLike[str], edits: Iterable[Edit]) -> Path:
    """Return `model.fixed.safetensors` for `model.pth`, `.salvaged` for what is left of it."""
    given = Path(path)
    word = "salvaged" if salvages(edits) else "fixed"
    return given.with_name(f"{given.stem or given.name}.{word}.safetensors")


def recipe_path(output: Path) -> Path:
    """Return `model.fix.json` for `model.fixed.safetensors`."""
    stem = output.name.removesuffix(".safetensors").removesuffix(".fixed").removesuffix(".salvaged")
    return output.with_name(f"{stem}.fix.json")


def save(
    plan: Plan | FilePlan,
    path: str | os.PathLike[str],
    output: Path,
    progress: Callable[[int], None] | None = None,
) -> tuple[Path, ...]:
    """Write the fixed tensors and the recipe, or the file that was inside; return the paths.

    Raises `FileExistsError` before any work where one of them exists, `OSError`, `ValueError`
    where the tensors cannot be held by safetensors or the file inside is not whole; nothing is
    then left behind.
    """
    if isinstance(plan, FilePlan):
        restore(path, plan.edit, output, progress)
        return (output,)
    recipe_file = recipe_path(output)
    for file in (output, recipe_file):
        if os.path.lexists(file):
            raise FileExistsError(f"`{file}` exists already, and nothing is written over")
    after = apply(plan.weights, plan.edits)
    codes = [item.check.code for item in plan.found]
    read = functools.partial(packed, path, after.made)
    write(output, after.tensors, read, metadata={"format": "pt"}, progress=progress)
    try:
        with new_file(recipe_file) as stream:
            stream.write(recipe.dumps(plan.weights, plan.edits, codes).encode())
    except BaseException:
        output.unlink()
        raise
    return output, recipe_file
