"""Workflow commands, which GitHub Actions shows beside the code.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from loadstone.core.report import Found, Report
from loadstone.render import phrases
from loadstone.render.view import View

_LEVEL = {"error": "error", "warning": "warning", "note": "notice"}


def render(reports: Sequence[Report], view: View) -> str:
    """Return one command a finding, then one notice a report with its verdict."""
    return "".join(f"{line}\n" for report in reports for line in _lines(report, view))


def _lines(report: Report, view: View) -> Iterator[str]:
    for item in report.found:
        if item.check.code not in report.accepted:
            yield _annotation(item, report, view)
    for crash in report.crashed:
        title = f"{crash.check.code} {crash.check.name}"
        told = f"the check itself failed: {crash.error}"
        yield _command("error", {"file": report.artifact.path, "title": title}, told)
    verdict = report.verdict
    told = f"loads {verdict.loads}, predicts the same {verdict.predicts_the_same}"
    because = [phrases.loads_because(report), verdict.predicts_because]
    text = "; ".join([told, *filter(None, because)])
    yield _command("notice", {"title": phrases.title(report)}, text)


def _annotation(item: Found, report: Report, view: View) -> str:
    at = item.finding.code_at or item.finding.at
    fields = {
        "file": at.path,
        "line": str(at.line or 1),
        "title": f"{item.check.code} {item.check.name}",
    }
    lines = [item.finding.message, *item.finding.notes]
    if item.finding.fix:
        lines.append(f"fix: {item.finding.fix.title} [{item.finding.fix.safety}]")
        if item.finding.fix.edits:
            extra = ["--unsafe-fixes"] if item.finding.fix.safety == "unsafe" else []
            lines.append(phrases.command(report, view, *extra))
    lines.append(item.check.url)
    return _command(_LEVEL[item.severity], fields, *lines)


def _command(level: str, fields: dict[str, str], *lines: str) -> str:
    properties = ",".join(f"{key}={_property(value)}" for key, value in fields.items())
    return f"::{level} {properties}::{'%0A'.join(map(_data, lines))}"


def _data(value: str) -> str:
    return View().text(value).replace("%", "%25")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")
