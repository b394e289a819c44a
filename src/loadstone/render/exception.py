"""The text of `LoadError` and `SaveError`: the findings, with the fix as a line of Python."""

from __future__ import annotations

from loadstone.core.report import Report
from loadstone.render import phrases
from loadstone.render.text import findings
from loadstone.render.view import View

PLAIN = View(language="python")


def message(report: Report, head: str = "") -> str:
    """Return `model.pth does not load into my_pkg.Net`, every finding, and the fix."""
    path, into, target = phrases.title(report).partition(" into ")
    first = head or f"{path} does not load{into}{target}"
    lines = [PLAIN.text(first), "", *findings(report, PLAIN)]
    if not report.found and report.verdict.loads_because:
        lines.append(PLAIN.text(report.verdict.loads_because))
    if phrases.fixable(report):
        lines.append(f"fix: {PLAIN.text(phrases.command(report, PLAIN))}")
    return "\n".join(lines).rstrip("\n")
