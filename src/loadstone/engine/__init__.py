"""Facts and checks in, report out; edits applied, checked again, written beside the original."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from loadstone import readers
from loadstone.core.facts import Artifact
from loadstone.core.report import Found, Report
from loadstone.engine import fix as fixing
from loadstone.engine import gather as gathering
from loadstone.engine import saved
from loadstone.engine.gather import Asked
from loadstone.engine.run import Facts, run_checks

__all__ = ["check", "inspect", "run_checks"]

StrPath = str | os.PathLike[str]


def inspect(path: StrPath) -> Artifact:
    """Return what the file or folder at `path` is, without its framework, without running it.

    Raises `OSError` where it cannot be read.
    """
    return readers.read(path)


def check(
    path: StrPath,
    *,
    into: Any = None,
    preprocess: Any = None,
    postprocess: Any = None,
    examples: Any = None,
    fix: bool = False,
    unsafe: bool = False,
    dry_run: bool = False,
    out: StrPath | None = None,
    accept: Mapping[str, str] | None = None,
    save_facts: StrPath | None = None,
    progress: Callable[[int], None] | None = None,
) -> Report:
    """Check every stage that can be run, and fix what may be fixed if `fix` says so.

    `into` is a reference (`"pkg.module:Net"`), a class, a factory or a ready module. With `fix`,
    safe fixes (with `unsafe`, those too) are written beside the artifact, or to `out`, and the
    report is of what was written; with `dry_run`, nothing is written and `planned` tells what
    would be. `accept` maps codes to the reason why their findings may stand.

    Raises `OSError` where the artifact cannot be read or the fix cannot be written, `ValueError`
    where an argument makes no sense.
    """
    asked = Asked(into, preprocess, postprocess, examples)
    facts = saved.load(path) if saved.is_saved(path) else gathering.gather(path, asked)
    if save_facts is not None:
        saved.write(Path(save_facts), facts)
    report = run_checks(facts, accept=accept)
    if not (fix or dry_run):
        return report
    return _fix(path, facts, report, asked, _Writing(unsafe, dry_run, out, progress))


class _Writing:
    """How the fix is to be written."""

    def __init__(
        self,
        unsafe: bool,  # noqa: FBT001 - private, called once
        dry_run: bool,  # noqa: FBT001 - as above
        out: StrPath | None,
        progress: Callable[[int], None] | None,
    ) -> None:
        self.unsafe, self.dry_run, self.out, self.progress = unsafe, dry_run, out, progress


def _fix(path: StrPath, facts: Facts, report: Report, asked: Asked, how: _Writing) -> Report:
    plan = fixing.plan(facts, report, unsafe=how.unsafe)
    if plan is None:
        return report
    if how.dry_run:
        return replace(report, planned=plan.found)
    output = Path(how.out) if how.out is not None else fixing.default_output(path)
    written = fixing.save(plan, path, output, how.progress)
    again = run_checks(gathering.gather(output, asked), accept=report.accepted)
    return replace(
        again, fixed=_removed(plan.found, again), wrote=tuple(str(item) for item in written)
    )


def _removed(found: tuple[Found, ...], again: Report) -> tuple[Found, ...]:
    left = {item.check.code for item in again.found}
    return tuple(item for item in found if item.check.code not in left)
