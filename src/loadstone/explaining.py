"""The page of a check, or the causes that an error may have."""

from __future__ import annotations

import traceback

from loadstone import causes
from loadstone.core import registry
from loadstone.core.registry import Check
from loadstone.errors import UsageError
from loadstone.render import causes as shown
from loadstone.render import page
from loadstone.render.view import View

_OWN = 4  # findings of a report that are told


def explain(topic: str | BaseException) -> str:
    """Return a text: the page of a check, or the causes that an error may have.

    `topic` is a code (`"LS402"`), a name (`"wrapper-prefix"`), the start of a code (`"LS4"`), or
    an exception, with those that it was raised from. Raises `UsageError` where no check is meant.
    """
    view = View(language="python")
    if isinstance(topic, BaseException):
        return shown.render(named("".join(traceback.format_exception(topic))), view)
    return page_of(topic, view)


def page_of(topic: str, view: View) -> str:
    """Return the page, or the list of pages, for the code or the name `topic`."""
    checks = registry.find(topic) if topic else ()
    if not checks:
        raise UsageError(page.unknown(topic, registry.load_all()))
    return page.render(checks, view)


def named(text: str) -> list[shown.Named]:
    """Return the causes that the text of an error may have, likeliest first."""
    checks = registry.load_all()
    own = [item for code in causes.codes(text) for item in checks if item.code == code]
    if own:
        return [shown.Named(_cause(item), item.code, _page(item), item) for item in own[:_OWN]]
    return [
        shown.Named(item.cause.cause, item.words, item.cause.next, item.cause.check_of(checks))
        for item in causes.candidates(text)
    ]


def _cause(check: Check) -> str:
    summary = check.summary.rstrip(".")
    return summary[:1].lower() + summary[1:]


def _page(check: Check) -> str:
    return f"loadstone explain {check.code}"
