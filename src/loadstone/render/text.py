"""The terminal: findings in the manner of rustc, the verdict, and the next command."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from loadstone.core.findings import Finding, Fix
from loadstone.core.report import Crash, Found, Report
from loadstone.core.words import count
from loadstone.render import phrases
from loadstone.render.evidence import table
from loadstone.render.view import View, hang, pad

ALIKE = 2  # findings of one code that are shown in full
LABEL = 20  # columns of the summary's labels
_ROLE = {
    "yes": "good",
    "identical": "good",
    "within tolerance": "good",
    "no": "bad",
    "differs": "bad",
    "unknown": "unsure",
    "unproven": "unsure",
}


def render(reports: Sequence[Report], view: View) -> str:
    """Return all reports, a blank line between them."""
    return "\n".join("\n".join(_report(report, view)) + "\n" for report in reports)


def _report(report: Report, view: View) -> Iterator[str]:
    for item in report.fixed:
        yield from _fixed(item, view)
    if report.fixed:
        yield ""
    yield from findings(report, view)
    for crash in report.crashed:
        yield from _crash(crash, report, view)
        yield ""
    yield from summary(report, view)
    yield from _closing(report, view)


def findings(report: Report, view: View) -> Iterator[str]:
    """Yield every finding as a block with a blank line after it; many alike are shortened."""
    seen_source = False
    for (code, _), alike in phrases.group(report.found).items():
        shown = alike if view.verbose else alike[:ALIKE]
        for item in shown:
            yield from _finding(item, report, view, with_source=not seen_source)
            yield ""
            seen_source = True
        if len(alike) > len(shown):
            rest = len(alike) - len(shown)
            yield view.text(f"… and {rest:,} more like this ({code}; `-v` shows all)")
            yield ""


def _finding(item: Found, report: Report, view: View, *, with_source: bool) -> Iterator[str]:
    finding, reason = item.finding, report.accepted.get(item.check.code)
    word = "accepted" if reason is not None else item.severity
    yield from _headline(word, item.severity, item.check.code, finding.message, view)
    yield from _arrows(finding, report, view, with_source=with_source)
    bar = "   " + view.paint("frame", "|")
    yield bar
    rows = list(table(finding, view))
    if rows:
        yield from (f"{bar}  {line}".rstrip() for line in rows)
        yield bar
    for note in finding.notes:
        yield from _remark("note", note, view)
    if reason is not None:
        yield from _remark("accepted", reason, view)
    elif finding.fix:
        yield from _fix(finding.fix, view)
    yield from _remark("help", f"loadstone explain {item.check.code}", view)


def _headline(word: str, role: str, code: str, message: str, view: View) -> Iterator[str]:
    head = f"{word}[{code}]"
    lines = hang(f"{head}: ", view.text(message), view.width, 2)
    yield view.paint(role, head) + view.paint("strong", lines[0][len(head) :])
    yield from (view.paint("strong", line) for line in lines[1:])


def _arrows(finding: Finding, report: Report, view: View, *, with_source: bool) -> Iterator[str]:
    shown = finding.at.name or ""
    in_rows = any(shown.split("::")[-1] in row.saved + row.expected for row in finding.rows)
    where = phrases.place(finding.at, name=not in_rows)
    artifact = report.artifact
    if with_source and finding.at.path == artifact.path:
        where += f"  ({phrases.source(artifact)})"
    yield f"  {view.paint('frame', '-->')} {view.text(where)}"
    if finding.code_at:
        code = phrases.place(finding.code_at) + (f"  {finding.code_text}" * bool(finding.code_text))
        yield f"  {view.paint('frame', ':::')} {view.text(code)}"


def _remark(word: str, text: str, view: View) -> Iterator[str]:
    start = f"   = {word}: "
    head, *rest = hang(start, view.text(text), view.width)
    label = f"   {view.paint('frame', '=')} {view.paint('strong', word)}: "
    yield label + head[len(start) :]
    yield from rest


def _fix(fix: Fix, view: View) -> Iterator[str]:
    yield from _remark("fix", f"{fix.title} [{fix.safety}]", view)
    recipe = [view.text(line) for line in phrases.recipe(fix, view)]
    if recipe and fix.safety == "manual":
        yield ""
        yield from (f"          {line}".rstrip() for line in recipe)
        yield ""
    if fix.proof:
        yield from _remark("proof", fix.proof, view)


def _fixed(item: Found, view: View) -> Iterator[str]:
    fix = item.finding.fix
    what = f"{fix.title} [{fix.safety}]" if fix else item.finding.message
    yield from _headline("fixed", "note", item.check.code, what, view)
    if fix and fix.proof:
        yield from _remark("proof", fix.proof, view)


def _crash(crash: Crash, report: Report, view: View) -> Iterator[str]:
    message = f"the check `{crash.check.name}` itself failed: {crash.error}"
    yield from _headline("crashed", "error", crash.check.code, message, view)
    again = f"loadstone check {report.artifact.path} --save-facts facts.json"
    yield from _remark("note", "the other checks ran; this one says nothing", view)
    yield from _remark(
        "help", f"`{again}`, and open an issue with that file (it holds no weights)", view
    )


def summary(report: Report, view: View) -> Iterator[str]:
    """Yield the title and the three lines of the verdict; `-v` adds a line a check."""
    verdict = report.verdict
    yield view.paint("strong", view.text(phrases.title(report)))
    width = max(len(verdict.loads), len(verdict.predicts_the_same)) + 2
    yield from _line("loads", verdict.loads, phrases.loads_because(report), width, view)
    yield from _line(
        "predicts the same", verdict.predicts_the_same, verdict.predicts_because, width, view
    )
    known = phrases.takes(report)
    if known:
        yield from hang(f"  {pad('takes', LABEL)}", view.text(known), view.width)
    yield f"  {pad('checked', LABEL)}{view.text(phrases.checked(report, view))}"
    for code, reason in report.accepted.items():
        yield from hang(f"  {pad('accepted', LABEL)}", f"{code}: {view.text(reason)}", view.width)
    if view.verbose:
        yield ""
        yield from _every_check(report, view)


def _line(label: str, value: str, because: str, width: int, view: View) -> Iterator[str]:
    start = f"  {pad(label, LABEL)}{pad(value, width)} "
    head, *rest = hang(start, view.text(because), view.width)
    yield head.replace(value, view.paint(_ROLE[value], value), 1)
    yield from rest


def _every_check(report: Report, view: View) -> Iterator[str]:
    lines = [
        ("✗", "bad", item.check.code, item.check.name, item.finding.message)
        for item in report.found
    ]
    lines += [("✓", "good", item.code, item.name, "") for item in report.passed]
    lines += [
        ("–", "dim", item.check.code, item.check.name, f"not run: {item.reason}")
        for item in report.not_run
    ]
    for crash in report.crashed:
        told = f"crashed: {crash.error}; rerun with --save-facts and open an issue"
        lines.append(("☠", "bad", crash.check.code, crash.check.name, told))
    names = max((len(name) for _, _, _, name, _ in lines), default=0)
    for mark, role, code, name, told in sorted(lines, key=lambda line: line[2]):
        sign = view.text(mark)
        start = f" {pad(sign, 2)} {code} {pad(name, names)}  "
        head, *rest = hang(start, view.text(told), view.width)
        yield head.replace(sign, view.paint(role, sign), 1)
        yield from rest


def _closing(report: Report, view: View) -> Iterator[str]:
    if report.wrote:
        names = view.text(" and ".join(report.wrote))
        yield f"Wrote {names}. {view.text(phrases.original(report))} is unchanged."
        for line in phrases.left_over(report):
            yield view.text(f"1 fix not applied: {line}; see `--diff --unsafe-fixes`")
        return
    safe, unsafe = phrases.fixable(report), phrases.fixable(report, safety="unsafe")
    if safe or unsafe:
        yield ""
    if safe:
        yield from _next(f"{len(safe)} fixable: ", phrases.command(report, view), view)
    if unsafe:
        told = f"{count(len(unsafe), 'unsafe fix', 'unsafe fixes')}: "
        yield from _next(told, phrases.command(report, view, "--unsafe-fixes", "--diff"), view)


def _next(label: str, command: str, view: View) -> Iterator[str]:
    shown = view.text(command)
    yield label + view.paint("strong", shown)
