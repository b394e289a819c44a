"""Sentences that several output formats share: the title, the source, the commands, the totals."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from loadstone.core.edits import FileEdit
from loadstone.core.facts import Artifact, Target
from loadstone.core.findings import Fix, Place
from loadstone.core.report import Found, Report
from loadstone.core.words import as_argument, count, size
from loadstone.render.view import View
from loadstone.statedict.takes import takes as takes_of


def title(report: Report) -> str:
    """Return `model.pth into my_pkg.Net`."""
    if isinstance(report.target, Target):
        return f"{report.artifact.path} into {report.target.name}"
    if report.target is not None:
        return f"{report.artifact.path} into {report.target.reference}"
    return report.artifact.path


def source(artifact: Artifact) -> str:
    """Return `torch zip, 122 tensors, 44.7 MB`."""
    words = [artifact.format.replace("-", " ")]
    if artifact.tensors:
        words.append(count(artifact.tensors, "tensor"))
    return ", ".join([*words, size(artifact.size)])


def place(at: Place, *, name: bool = True) -> str:
    """Return `model.pth::fc.weight @ byte 1,024`, or `net.py:41`."""
    shown = at.path
    if at.line is not None:
        shown += f":{at.line}"
    if name and at.name:
        shown += f"::{at.name}"
    if at.offset is not None:
        shown += f" @ byte {at.offset:,}"
    return shown


def fixable(report: Report, *, safety: str = "safe") -> tuple[Found, ...]:
    """Return the findings whose fix is edits of that safety."""
    return tuple(
        item
        for item in report.found
        if item.finding.fix
        and item.finding.fix.safety == safety
        and item.check.code not in report.accepted
    )


def command(report: Report, view: View, *extra: str) -> str:
    """Return the command, or the call, that applies the fixes of `report`."""
    if view.language == "python":
        return _call(report, "unsafe" if "--unsafe-fixes" in extra else "safe")
    verb = "check" if extra else view.verb
    words = ["loadstone", verb, shlex.quote(report.artifact.path)]
    if report.target_name:
        words += ["--into", as_argument(report.target_name)]
    if view.flags:
        words.append(view.flags)
    return " ".join([*words, "--fix", *extra])


def _call(report: Report, level: str) -> str:
    words = [f'"{report.artifact.path}"']
    edits = report.edits(unsafe=level == "unsafe")
    if any(isinstance(edit, FileEdit) for edit in edits):
        return f"loadstone.fix({words[0]})"
    if report.target is not None:
        reference = report.target.reference.rpartition(":")[2]
        class_name = report.target.class_name if isinstance(report.target, Target) else ""
        words.append(f"into={reference or class_name}")
    return f'loadstone.load({", ".join(words)}, fix="{level}")'


def recipe(fix: Fix, view: View) -> list[str]:
    """Return the lines of code or shell that a manual fix consists of, in the caller's language."""
    both = (fix.python, fix.shell) if view.language == "python" else (fix.shell, fix.python)
    text = both[0] or both[1]
    return text.strip("\n").split("\n") if text else []


def loads_because(report: Report) -> str:
    """Return the reason that the verdict gives, or else how many errors stand against it."""
    if report.verdict.loads_because:
        return report.verdict.loads_because
    errors = report.errors
    if not errors:
        return ""
    mended = sum(1 for item in errors if item.finding.fix and item.finding.fix.edits)
    return count(len(errors), "error") + (", fixable" if mended == len(errors) else "")


def takes(report: Report) -> str:
    """Return what the file reveals of its inputs, where no target was given that tells more."""
    return "; ".join(takes_of(report.artifact)) if report.target is None else ""


def checked(report: Report, view: View) -> str:
    """Return `31 passed · 1 found · 4 not run`."""
    words = [f"{len(report.passed):,} passed"]
    if report.found:
        words.append(f"{len(report.found):,} found")
    if report.crashed:
        words.append(f"{len(report.crashed):,} crashed")
    if report.not_run:
        words.append(f"{len(report.not_run):,} not run")
    line = " · ".join(words)
    explained = view.verbose or view.language == "python" or not report.not_run
    return line if explained else f"{line} (`-v` says why)"


def original(report: Report) -> str:
    """Return the path of the file that a fix read and left as it was."""
    items = report.fixed or report.planned or report.found
    return items[0].finding.at.path if items else report.artifact.path


def left_over(report: Report) -> list[str]:
    """Return one sentence for each fix that was not applied because it is not safe."""
    return [
        f"{item.check.code} {item.finding.fix.title} [{item.finding.fix.safety}]"
        for item in fixable(report, safety="unsafe")
        if item.finding.fix
    ]


def group(found: Sequence[Found]) -> dict[tuple[str, str], list[Found]]:
    """Return the findings by code and severity, in the order of their first appearance."""
    groups: dict[tuple[str, str], list[Found]] = {}
    for item in found:
        groups.setdefault((item.check.code, item.severity), []).append(item)
    return groups
