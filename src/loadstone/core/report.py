"""The outcome of a check run: findings, what passed, what did not run, and the verdict."""

from __future__ import annotations

from typing import Any

from loadstone.core.classes import dataclass, field, replace
from loadstone.core.edits import Edit, edit_to_json
from loadstone.core.facts import (
    Artifact,
    Assignment,
    Bundle,
    Drift,
    Environment,
    Replay,
    Target,
    TargetProblem,
    Unasked,
)
from loadstone.core.findings import Finding, Severity
from loadstone.core.jsonable import to_json
from loadstone.core.registry import Check
from loadstone.core.verdict import Verdict

SCHEMA = "loadstone.check/1"
_LEVELS: tuple[Severity, ...] = ("note", "warning", "error")


@dataclass(frozen=True, slots=True)
class Found:
    """A finding with the check that reported it."""

    check: Check
    finding: Finding

    @property
    def severity(self) -> Severity:
        """The finding's own severity, or else its check's."""
        return self.finding.severity or self.check.severity

    @property
    def supersedes(self) -> tuple[str, ...]:
        """The codes of the findings that this one explains."""
        return self.check.supersedes if self.finding.explains_rest else ()


@dataclass(frozen=True, slots=True)
class NotRun:
    """A check that did not run, and why."""

    check: Check
    reason: str


@dataclass(frozen=True, slots=True)
class Crash:
    """A check that raised: a defect of Loadstone, reported beside the others' findings."""

    check: Check
    error: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a run of the checks says of one artifact."""

    artifact: Artifact
    verdict: Verdict
    found: tuple[Found, ...] = ()
    passed: tuple[Check, ...] = ()
    not_run: tuple[NotRun, ...] = ()
    crashed: tuple[Crash, ...] = ()
    target: Target | Assignment | TargetProblem | Unasked | None = None
    environment: Environment | None = None
    bundle: Bundle | None = None
    replay: Replay | None = None
    drift: Drift | None = None
    fixed: tuple[Found, ...] = ()  # findings that a fix removed
    planned: tuple[Found, ...] = ()  # findings whose fix would be applied
    wrote: tuple[str, ...] = ()  # files that a fix wrote
    accepted: dict[str, str] = field(default_factory=dict)  # code to reason

    @property
    def errors(self) -> tuple[Found, ...]:
        """The findings of severity error that were not accepted."""
        return self.at_least("error")

    def at_least(self, level: Severity) -> tuple[Found, ...]:
        """Return the findings at or above `level`, without accepted ones."""
        floor = _LEVELS.index(level)
        return tuple(
            item
            for item in self.found
            if _LEVELS.index(item.severity) >= floor and item.check.code not in self.accepted
        )

    def edits(self, *, unsafe: bool = False) -> tuple[Edit, ...]:
        """Return the edits of every fix that may be applied, in the order of the stages."""
        wanted = ("safe", "unsafe") if unsafe else ("safe",)
        return tuple(
            edit
            for item in self.found
            if item.finding.fix and item.finding.fix.safety in wanted
            for edit in item.finding.fix.edits
        )

    def of_copy(self, path: str, fixed: tuple[Found, ...]) -> Report:
        """Return this report, on a fixed copy, as one on the file at `path`."""
        artifact = replace(self.artifact, path=path)
        return replace(self, artifact=artifact, fixed=(*fixed, *self.fixed))

    @property
    def target_name(self) -> str | None:
        """The target as the user gave it."""
        return self.target.reference if self.target else None

    def to_json(self) -> dict[str, Any]:
        """Return the report as `loadstone.check/1`."""
        return {
            "schema": SCHEMA,
            "artifact": artifact_json(self.artifact),
            "target": self.target_name,
            "verdict": {
                "loads": self.verdict.loads,
                "loads_because": self.verdict.loads_because,
                "predicts_the_same": self.verdict.predicts_the_same,
                "predicts_because": self.verdict.predicts_because,
            },
            "findings": [_found_json(item) for item in self.found],
            "planned": [_found_json(item) for item in self.planned],
            "fixed": [_found_json(item) for item in self.fixed],
            "wrote": list(self.wrote),
            "passed": [item.code for item in self.passed],
            "not_run": [{"code": item.check.code, "reason": item.reason} for item in self.not_run],
            "crashed": [{"code": item.check.code, "error": item.error} for item in self.crashed],
            "accepted": dict(self.accepted),
            "drift": drift_json(self.drift) if self.drift else None,
        }

    def __repr__(self) -> str:
        """Return the summary: findings by code and the verdict."""
        codes = ", ".join(item.check.code for item in self.found) or "nothing found"
        return (
            f"<Report {self.artifact.name}: {codes}; loads {self.verdict.loads}; "
            f"predicts the same: {self.verdict.predicts_the_same}>"
        )


def artifact_json(artifact: Artifact) -> dict[str, Any]:
    """Return the `artifact` object of the JSON outputs."""
    return {
        "path": artifact.path,
        "format": artifact.format,
        "content": artifact.content,
        "framework": artifact.framework,
        "producer": {"torch": None, "python": None, **artifact.producer},
        "size": artifact.size,
        "tensors": artifact.tensors,
        "opening_runs_code": artifact.opening_runs_code,
        "calls": list(artifact.calls),
    }


def drift_json(drift: Drift) -> dict[str, Any]:
    """Return the `drift` object of the JSON outputs."""
    return {**to_json(drift), "result": drift.result, "moved": list(drift.moved)}


def _found_json(item: Found) -> dict[str, Any]:
    finding, fix = item.finding, item.finding.fix
    return {
        "code": item.check.code,
        "name": item.check.name,
        "stage": item.check.stage,
        "severity": item.severity,
        "message": finding.message,
        "at": {
            "path": finding.at.path,
            "name": finding.at.name,
            "offset": finding.at.offset,
        },
        "code_at": None
        if finding.code_at is None
        else {"path": finding.code_at.path, "line": finding.code_at.line},
        "rows": [
            {"saved": row.saved, "expected": row.expected, "note": row.note} for row in finding.rows
        ],
        "more": finding.more,
        "notes": list(finding.notes),
        "covers": list(finding.covers or item.check.covers),
        "supersedes": list(item.supersedes),
        "fix": None
        if fix is None
        else {
            "title": fix.title,
            "safety": fix.safety,
            "proof": fix.proof,
            "python": fix.python,
            "shell": fix.shell,
            "edits": [edit_to_json(edit) for edit in fix.edits],
        },
        "url": item.check.url,
    }
