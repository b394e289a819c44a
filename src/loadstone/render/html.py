"""One self-contained page: no network, no script, folds with `<details>`, light or dark, prints."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from importlib import resources

from loadstone.core.findings import Finding
from loadstone.core.report import Found, Report
from loadstone.core.words import count
from loadstone.render import phrases
from loadstone.render.view import View

_TONE = {
    "yes": "good",
    "identical": "good",
    "within tolerance": "good",
    "no": "bad",
    "differs": "bad",
}
_PLAIN = View()


def render(reports: Sequence[Report], view: View) -> str:
    """Return the page of all reports."""
    names = ", ".join(report.artifact.name for report in reports)
    body = "\n".join(section(report, view) for report in reports)
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width">\n'
        f'<meta name="color-scheme" content="light dark">\n'
        f"<title>Loadstone: {_text(names)}</title>\n<style>\n{style()}</style>\n</head>\n"
        f'<body class="loadstone">\n{body}\n</body>\n</html>\n'
    )


def style() -> str:
    """Return the style sheet."""
    return resources.files("loadstone.render").joinpath("report.css").read_text("utf-8")


def section(report: Report, view: View) -> str:
    """Return one report as a `<section>`."""
    return "\n".join(_section(report, view))


def _section(report: Report, view: View) -> Iterator[str]:
    yield "<section>"
    yield f"<h1>{_text(phrases.title(report))}</h1>"
    yield f'<p class="source">{_text(phrases.source(report.artifact))}</p>'
    yield from _verdict(report)
    if report.fixed:
        yield from _fixed(report)
    yield from _findings(report, view)
    yield from _folded("Accepted", list(report.accepted.items()))
    crashed = [(f"{c.check.code} {c.check.name}", f"crashed: {c.error}") for c in report.crashed]
    yield from _folded("Checks that failed themselves", crashed, is_open=True)
    yield from _folded(
        "Not run", [(f"{i.check.code} {i.check.name}", i.reason) for i in report.not_run]
    )
    yield from _folded("Passed", [(f"{c.code} {c.name}", c.summary) for c in report.passed])
    yield "</section>"


def _verdict(report: Report) -> Iterator[str]:
    verdict = report.verdict
    lines = (
        ("loads", verdict.loads, phrases.loads_because(report)),
        ("predicts the same", verdict.predicts_the_same, verdict.predicts_because),
        ("checked", "", phrases.checked(report, View(verbose=True))),
    )
    yield '<div class="verdict">'
    for label, value, because in lines:
        tone = _TONE.get(value, "unsure")
        word = f'<b class="{tone}">{_text(value)}</b> ' if value else ""
        yield f"<div><span>{label}</span>{word}<small>{_prose(because)}</small></div>"
    yield "</div>"


def _fixed(report: Report) -> Iterator[str]:
    yield "<h2>Fixed</h2>\n<ul>"
    for item in report.fixed:
        fix = item.finding.fix
        told = f"{fix.title} [{fix.safety}]" if fix else item.finding.message
        yield f"<li>{_link(item)} {_prose(told)}</li>"
    yield "</ul>"
    if report.wrote:
        names = " and ".join(f"<code>{_text(name)}</code>" for name in report.wrote)
        yield f"<p>Wrote {names}. <code>{_text(phrases.original(report))}</code> is unchanged.</p>"


def _findings(report: Report, view: View) -> Iterator[str]:
    if not report.found:
        yield "<h2>Nothing found</h2>"
        return
    yield f"<h2>{count(len(report.found), 'finding')}</h2>"
    for item in report.found:
        yield from _found(item, report, view)
    if phrases.fixable(report):
        yield f"<h2>Fix</h2>\n<pre>{_text(phrases.command(report, view))}</pre>"


def _found(item: Found, report: Report, view: View) -> Iterator[str]:
    finding, reason = item.finding, report.accepted.get(item.check.code)
    word = item.severity if reason is None else "accepted"
    yield f'<details class="finding {word}"{" open" if word == "error" else ""}>'
    yield f"<summary><b>{word}</b> <span>{_text(item.check.code)}</span> "
    yield f"{_prose(finding.message)}</summary>"
    yield f"<p>at <code>{_text(phrases.place(finding.at))}</code>"
    if finding.code_at:
        code = phrases.place(finding.code_at)
        yield f"<br>in <code>{_text(code)}</code> {_prose(finding.code_text)}"
    yield "</p>"
    if finding.rows:
        yield from _rows(finding)
    yield from (f"<p>{_prose(note)}</p>" for note in finding.notes)
    if reason is not None:
        yield f"<p>Accepted: {_prose(reason)}</p>"
    yield from _fix(item, view)
    yield f"<p>{_link(item)}</p>\n</details>"


def _fix(item: Found, view: View) -> Iterator[str]:
    fix = item.finding.fix
    if fix is None:
        return
    yield f"<p><b>Fix</b> ({fix.safety}): {_prose(fix.title)}"
    yield f"<br><small>Proof: {_prose(fix.proof)}</small></p>" if fix.proof else "</p>"
    recipe = phrases.recipe(fix, view)
    if recipe:
        lines = "\n".join(_text(line) for line in recipe)
        yield f"<pre>{lines}</pre>"


def _rows(finding: Finding) -> Iterator[str]:
    two = any(row.expected for row in finding.rows)
    heads = finding.headings if two else finding.headings[:1]
    cells = "".join(f"<th>{_text(head)}</th>" for head in heads)
    yield f'<div class="rows"><table>\n<tr>{cells}<th></th></tr>'
    for row in finding.rows:
        expected = f"<td><code>{_text(row.expected)}</code></td>" if two else ""
        note = f"<td>{_prose(row.note)}</td>"
        yield f"<tr><td><code>{_text(row.saved)}</code></td>{expected}{note}</tr>"
    yield "</table></div>"
    if finding.more:
        yield f"<p>… and {finding.more:,} more</p>"


def _folded(
    title: str, pairs: Sequence[tuple[str, str]], *, is_open: bool = False
) -> Iterator[str]:
    if not pairs:
        return
    yield f"<details{' open' if is_open else ''}><summary>{title} ({len(pairs):,})</summary>"
    yield '<table class="list">'
    for name, told in pairs:
        yield f"<tr><td>{_text(name)}</td><td>{_prose(told)}</td></tr>"
    yield "</table>\n</details>"


def _link(item: Found) -> str:
    url = escape(item.check.url, quote=True)
    return f'<a href="{url}">{_text(item.check.code)} {_text(item.check.name)}</a>'


def _text(value: str) -> str:
    return escape(_PLAIN.text(value), quote=True)


def _prose(value: str) -> str:
    """Return escaped text whose `quoted` parts are code."""
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", _text(value))
