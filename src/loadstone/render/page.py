"""The page of a check, from its docstring, for the terminal and for the docs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from loadstone.core.registry import Check
from loadstone.core.words import listed, nearest
from loadstone.render.view import View, hang

_HEADING = re.compile(r"^#{2,} +(.+)$")
_FENCE = re.compile(r"^\s*```")
_END = " "  # stands after the last line
_ITEM = re.compile(r"^([-*]|\d+\.) ")


def facts(check: Check) -> str:
    """Return `error · since 0.1 · needs: weights, target`."""
    words = [check.severity, f"since {check.since}"]
    if check.needs:
        words.append(f"needs: {', '.join(check.needs)}")
    return " · ".join(words)


def render(checks: Sequence[Check], view: View) -> str:
    """Return every page, a rule between them; of many checks, one line each."""
    if len(checks) > 1:
        return "".join(f"{line}\n" for line in _index(checks, view))
    return "".join(f"{line}\n" for check in checks for line in _page(check, view))


def unknown(word: str, checks: Sequence[Check]) -> str:
    """Return the sentence for a code or name that no check has, with the nearest ones."""
    names = {name: item for item in checks for name in (item.code, item.name)}
    close = nearest(word, names)
    found = list(dict.fromkeys(f"{names[name].code} {names[name].name}" for name in close))
    tail = f"; nearest: {listed(found)}" if found else ""
    return f"no check has the code or the name `{word}`{tail}"


def _index(checks: Sequence[Check], view: View) -> Iterator[str]:
    width = max(len(item.name) for item in checks)
    for item in checks:
        start = f"{item.code}  {item.name:<{width}}  "
        head, *rest = hang(start, view.text(item.summary), view.width)
        yield view.paint("strong", head[: len(item.code)]) + head[len(item.code) :]
        yield from rest


def _page(check: Check, view: View) -> Iterator[str]:
    title = f"{check.name} ({check.code})"
    yield view.paint("strong", view.text(title)) + view.text(f" · {facts(check)}")
    yield ""
    yield from _body(check.doc.split("\n"), view)
    yield ""
    yield view.paint("dim", check.url)


def _body(lines: Sequence[str], view: View) -> Iterator[str]:
    """Yield headings flush left, prose wrapped under them, and code as it stands."""
    indent, fenced = "", False
    paragraph: list[str] = []
    for line in [*lines, _END]:
        heading = _HEADING.match(line)
        if not fenced and (heading or _FENCE.match(line) or not line.strip() or _ITEM.match(line)):
            yield from _flow(paragraph, indent, view)
            paragraph = []
        if _FENCE.match(line):
            fenced = not fenced
        elif fenced:
            yield f"{indent}  {view.text(line)}".rstrip()
        elif heading:
            indent = "  "
            yield view.paint("strong", view.text(heading[1]))
        elif line.strip():
            paragraph.append(line.strip())
        elif line is not _END:
            yield ""


def _flow(paragraph: Sequence[str], indent: str, view: View) -> Iterator[str]:
    if not paragraph:
        return
    text = view.text(re.sub(r"<(https?://[^>]+)>", r"\1", " ".join(paragraph)))
    marker = _ITEM.match(text)
    under = len(indent) + (len(marker[0]) if marker else 0)
    yield from hang(indent, text, view.width, under)
