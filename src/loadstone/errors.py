"""What Loadstone raises: one exception for each thing that it was asked to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from loadstone.core.report import Report


class UsageError(Exception):
    """What was asked for cannot be done as it was asked; the message says what to change."""


class LoadError(Exception):
    """A model that does not load, or does not predict what it predicted; `report` says why."""

    def __init__(self, report: Report) -> None:
        super().__init__(report)
        self.report = report

    def __str__(self) -> str:
        from loadstone.render.exception import message

        return message(self.report)


class SaveError(Exception):
    """A model that was not saved: nothing was written; `report` says why."""

    def __init__(self, report: Report) -> None:
        super().__init__(report)
        self.report = report

    def __str__(self) -> str:
        from loadstone.render.exception import message

        return message(self.report, f"{self.report.artifact.path} was not saved")
