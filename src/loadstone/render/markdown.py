"""Markdown for a pull request's comment: the verdict as a table, each finding folded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from loadstone.core.report import Found, Report
from loadstone.render import phrases
from loadstone.render.view import View


def render(reports: Sequence[Report], view: View) -> str:
    """Return one section a report."""
    return "\n".join("\n".join(_report(report, view)) + "\n" for report in reports)


def _report(report: Report, view: View) -> Iterator[str]:
    verdict = report.verdict
    yield f"### {_code(phrases.title(report))}"
    yield ""
    yield "| | | |"
    yield "|---|---|---|"
    yield f"| loads | **{verdict.loads}** | {_cell(phrases.loads_because(report))} |"
    same = f"| predicts the same | **{verdict.predicts_the_same}** "
    yield f"{same}| {_cell(verdict.predicts_because)} |"
    yield f"| checked | | {phrases.checked(report, View(verbose=True))} |"
    for item in report.fixed:
        yield ""
        title = item.finding.fix.title if item.finding.fix else item.finding.message
        yield f"Fixed [{item.check.code}]({item.check.url}): {_prose(title)}"
    for item in report.found:
        yield ""
        yield from _finding(item, report, view)
    for crash in report.crashed:
        yield ""
        yield f"**crashed** {crash.check.code} `{crash.check.name}`: {_code(crash.error)}"
    if phrases.fixable(report):
        yield ""
        yield from _fence([phrases.command(report, view)])


def _finding(item: Found, report: Report, view: View) -> Iterator[str]:
    finding, fix = item.finding, item.finding.fix
    reason = report.accepted.get(item.check.code)
    word = item.severity if reason is None else "accepted"
    yield f"<details{' open' if word == 'error' else ''}>"
    name = f"{item.check.code} {item.check.name}"
    yield f"<summary><b>{word}</b> {name}: {_html(finding.message)}</summary>"
    yield ""
    yield f"at {_code(phrases.place(finding.at))}"
    if finding.code_at:
        yield f"and {_code(phrases.place(finding.code_at))}"
    if finding.rows:
        yield ""
        yield from _table(item)
    for note in finding.notes:
        yield ""
        yield _prose(note)
    if reason is not None:
        yield f"\nAccepted: {_prose(reason)}"
    elif fix:
        yield f"\n**Fix** ({fix.safety}): {_prose(fix.title)}"
        yield from ([f"\nProof: {_prose(fix.proof)}"] if fix.proof else [])
        lines = phrases.recipe(fix, view)
        yield from ["", *_fence(lines)] if lines else []
    yield f"\n[What {item.check.code} means]({item.check.url})"
    yield ""
    yield "</details>"


def _table(item: Found) -> Iterator[str]:
    finding = item.finding
    yield f"| {_cell(finding.headings[0])} | {_cell(finding.headings[1])} | |"
    yield "|---|---|---|"
    for row in finding.rows:
        yield f"| {_boxed(row.saved)} | {_boxed(row.expected)} | {_cell(row.note)} |"
    if finding.more:
        yield ""
        yield f"… and {finding.more:,} more"


def _fence(lines: Sequence[str]) -> list[str]:
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return [fence, *lines, fence]


def _code(value: str) -> str:
    """Return `value` as inline code that no character of it can end."""
    shown = View().text(value)
    if not shown:
        return ""
    runs = re.findall("`+", shown)
    fence = "`" * (1 + max((len(run) for run in runs), default=0))
    edge = " " if "`" in shown else ""
    return f"{fence}{edge}{shown}{edge}{fence}"


def _boxed(value: str) -> str:
    """Return inline code for a table's cell."""
    return _code(value).replace("|", "\\|")


def _html(value: str) -> str:
    shown = View().text(value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", shown)


def _prose(value: str) -> str:
    """Return `value` with its `code` kept and everything that could be markup escaped."""
    parts = re.split(r"(`[^`]*`)", View().text(value))
    return "".join(
        part if part.startswith("`") else re.sub(r"([\\*_<>\[\]#|~])", r"\\\1", part)
        for part in parts
    )


def _cell(value: str) -> str:
    return _prose(value).replace("\\|", "|").replace("|", "\\|")
