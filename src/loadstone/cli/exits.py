"""Exit codes: what the caller's script may rely on, whatever the output format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from loadstone.core.findings import Severity
    from loadstone.core.report import Report

CLEAN: Final = 0  # nothing at or above the level asked for
FOUND: Final = 1  # findings remain, or it does not load, or predictions differ
FAILED: Final = 2  # Loadstone could not do its work
INTERRUPTED: Final = 130


def code_of(reports: Sequence[Report], *, fail_on: Severity, require_proof: bool) -> int:
    """Return the exit code of all reports together."""
    if any(_remains(report, fail_on, require_proof=require_proof) for report in reports):
        return FOUND
    return FAILED if any(report.crashed for report in reports) else CLEAN


def _remains(report: Report, fail_on: Severity, *, require_proof: bool) -> bool:
    verdict = report.verdict
    return (
        bool(report.at_least(fail_on))
        or verdict.loads == "no"
        or verdict.predicts_the_same == "differs"
        or (require_proof and verdict.predicts_the_same == "unproven")
    )
