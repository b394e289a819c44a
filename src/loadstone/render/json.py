"""`loadstone.check/1`, as `check.schema.json` says; several reports are a list."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from loadstone.core.report import Found, Report
from loadstone.render import phrases
from loadstone.render.view import View
from loadstone.statedict.takes import takes


def render(reports: Sequence[Report], view: View) -> str:
    """Return one object, or a list of them where several files were checked."""
    values = [document(report, view) for report in reports]
    return dumps(values if view.several or len(values) != 1 else values[0])


def dumps(value: Any) -> str:
    """Return `value` as indented JSON in ASCII, which every stream can carry."""
    return json.dumps(value, indent=2) + "\n"


def document(report: Report, view: View) -> dict[str, Any]:
    """Return the report's JSON, each applicable fix with the command that applies it."""
    value = report.to_json()
    known = takes(report.artifact) if report.target is None else ()
    if known:
        value["takes"] = list(known)
    groups = (("findings", report.found), ("planned", report.planned), ("fixed", report.fixed))
    for key, items in groups:
        for found, entry in zip(items, value[key], strict=True):
            if entry["fix"] is not None:
                entry["fix"]["command"] = _command(found, report, view)
    return value


def _command(item: Found, report: Report, view: View) -> str | None:
    fix = item.finding.fix
    if fix is None or item in report.fixed:
        return None
    if fix.safety == "manual":
        return fix.shell or None
    extra = ["--unsafe-fixes"] if fix.safety == "unsafe" else []
    return phrases.command(report, view, *extra)
