"""The causes that a pasted traceback may have, best first, each with the next command."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from loadstone.core.classes import dataclass
from loadstone.core.registry import Check
from loadstone.core.words import count
from loadstone.render.view import View, hang

QUOTED = 120  # characters of the user's own text that are quoted


@dataclass(frozen=True, slots=True)
class Named:
    """One cause that the text may have: in a sentence, the words that say so, what to do next."""

    cause: str
    words: str
    next: str
    check: Check | None = None


def render(found: Sequence[Named], view: View) -> str:
    """Return one block a candidate, or what to do where the text is not known."""
    return "".join(f"{line}\n" for line in _lines(found, view))


def _lines(found: Sequence[Named], view: View) -> Iterator[str]:
    if not found:
        yield "No known error is in this text."
        yield from hang("  next: ", "`loadstone check FILE` reads the file itself", view.width)
        return
    if len(found) > 1:
        yield f"{count(len(found), 'possible cause')}, likeliest first"
        yield ""
    for number, item in enumerate(found, 1):
        start = f"{number}. " if len(found) > 1 else ""
        head, *rest = hang(start, view.text(item.cause), view.width)
        yield start + view.paint("strong", head[len(start) :])
        yield from (view.paint("strong", line) for line in rest)
        yield from _details(item, " " * len(start), view)
        if number < len(found):
            yield ""


def _details(item: Named, indent: str, view: View) -> Iterator[str]:
    words = item.words if len(item.words) <= QUOTED else f"{item.words[:QUOTED]}…"
    yield from hang(f"{indent}   = why: ", f"the text says `{view.text(words)}`", view.width)
    if item.check:
        code = item.check.code
        page = f"{item.check.name} [{code}]; `loadstone explain {code}` tells more"
        yield from hang(f"{indent}   = check: ", page, view.width)
    yield f"{indent}   = next: {item.next}"
