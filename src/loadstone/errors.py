"""What Loadstone raises: one exception for each thing that it was asked to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from loadstone.core.report import Report

CLOSED = "this model was closed: load it again"


class UsageError(Exception):
    """What was asked for cannot be done as it was asked; the message says what to change."""


class _WithReport(Exception):  # noqa: N818 - its children are named as errors
    """An exception that carries a report, and the text of its errors."""

    def __init__(self, report: Report, text: str = "") -> None:
        super().__init__(text or repr(report))
        self.report = report


class LoadError(_WithReport):
    """A model that does not load, or does not predict what it predicted; `report` says why."""


class SaveError(_WithReport):
    """A model that was not saved: nothing was written; `report` says why."""


class SaveWarning(UserWarning):
    """What a save found and lets stand: the text of a finding that is a warning."""
