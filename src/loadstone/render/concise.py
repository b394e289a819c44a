"""One line a finding: `model.pth::fc.weight: LS402 [*] message`; `[*]` marks a safe fix."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from loadstone.core.report import Report
from loadstone.core.words import count
from loadstone.render import phrases
from loadstone.render.view import View


def render(reports: Sequence[Report], view: View) -> str:
    """Return one line a finding, and one line a report with its verdict."""
    return "".join(f"{line}\n" for report in reports for line in _lines(report, view))


def _lines(report: Report, view: View) -> Iterator[str]:
    for item in report.fixed:
        yield view.text(f"{phrases.place(item.finding.at)}: {item.check.code} fixed")
    for item in report.found:
        reason = report.accepted.get(item.check.code)
        star = "[*] " if item in phrases.fixable(report) else ""
        tail = "" if reason is None else f" (accepted: {reason})"
        place = view.paint("strong", view.text(phrases.place(item.finding.at)))
        code = view.paint(item.severity, item.check.code)
        yield f"{place}: {code} {star}{view.text(item.finding.message + tail)}"
    for crash in report.crashed:
        yield view.text(f"{report.artifact.path}: {crash.check.code} crashed: {crash.error}")
    total = count(len(report.found), "finding") if report.found else "nothing found"
    yield view.text(
        f"{phrases.title(report)}: loads {report.verdict.loads}, "
        f"predicts the same {report.verdict.predicts_the_same}, {total}"
    )
