"""SARIF 2.1.0, for code scanning.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html

A model has no lines, and GitHub shows only results that have a `region.startLine`: the anchor is
the user's code where a finding names some, else line 1 of the artifact.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from loadstone.core import registry
from loadstone.core.findings import Place
from loadstone.core.registry import Check
from loadstone.core.report import Found, Report
from loadstone.render.view import View

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
FINGERPRINT = "loadstone/1"


def render(reports: Sequence[Report], view: View) -> str:
    """Return one run with every report's results; its rules are all checks, found or not."""
    del view  # SARIF looks the same everywhere
    checks = {item.code: item for item in registry.load_all()}
    for report in reports:
        checks.update({item.check.code: item.check for item in report.found})
    rules = [checks[code] for code in sorted(checks)]
    index = {item.code: position for position, item in enumerate(rules)}
    results = [
        _result(item, report, index[item.check.code]) for report in reports for item in report.found
    ]
    run = {
        "tool": {"driver": _driver(rules)},
        "invocations": [_invocation(reports)],
        "results": results,
        "columnKind": "unicodeCodePoints",
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _driver(rules: Sequence[Check]) -> dict[str, Any]:
    return {
        "name": "loadstone",
        "informationUri": "https://loadstone.dev",
        "rules": [_rule(item) for item in rules],
    }


def _rule(check: Check) -> dict[str, Any]:
    return {
        "id": check.code,
        "name": "".join(word.capitalize() for word in check.name.split("-")),
        "shortDescription": {"text": check.summary},
        "fullDescription": {"text": check.summary},
        "help": {"text": check.doc, "markdown": check.doc},
        "helpUri": check.url,
        "defaultConfiguration": {"level": check.severity},
        "properties": {"tags": [check.stage], "since": check.since},
    }


def _invocation(reports: Sequence[Report]) -> dict[str, Any]:
    crashes = [crash for report in reports for crash in report.crashed]
    return {
        "executionSuccessful": not crashes,
        "toolExecutionNotifications": [
            {
                "level": "error",
                "message": {"text": f"the check `{crash.check.name}` failed: {crash.error}"},
                "descriptor": {"id": crash.check.code},
            }
            for crash in crashes
        ],
    }


def _result(item: Found, report: Report, rule: int) -> dict[str, Any]:
    finding, fix = item.finding, item.finding.fix
    lines = [finding.message, *finding.notes]
    if fix:
        lines.append(f"fix: {fix.title} [{fix.safety}]")
    result: dict[str, Any] = {
        "ruleId": item.check.code,
        "ruleIndex": rule,
        "level": item.severity,
        "message": {"text": "\n".join(lines)},
        "locations": [_location(finding.code_at or finding.at, finding.at)],
        "partialFingerprints": {FINGERPRINT: _fingerprint(item)},
    }
    if finding.code_at:
        result["relatedLocations"] = [{"id": 1, **_physical(finding.at)}]
    reason = report.accepted.get(item.check.code)
    if reason is not None:
        result["suppressions"] = [{"kind": "external", "justification": reason}]
    return result


def _location(anchor: Place, at: Place) -> dict[str, Any]:
    location = _physical(anchor)
    if at.name:
        location["logicalLocations"] = [
            {"name": at.name.rpartition("::")[2], "fullyQualifiedName": at.name, "kind": "member"}
        ]
    return location


def _physical(place: Place) -> dict[str, Any]:
    uri = quote(place.path.replace("\\", "/"))
    region: dict[str, int] = {"startLine": place.line or 1}
    if place.offset is not None:
        region["byteOffset"] = place.offset
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}


def _fingerprint(item: Found) -> str:
    """Name the finding by code, artifact and key, never by its message."""
    at = item.finding.at
    parts = (item.check.code, at.path.replace("\\", "/"), at.name or "")
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
