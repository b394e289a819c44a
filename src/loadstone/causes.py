"""What a pasted traceback may stand for, by the table of known error texts, likeliest first."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from importlib import resources

from loadstone.core.classes import dataclass
from loadstone.core.registry import Check
from loadstone.toml import loads

LONGEST = 20_000  # characters of a paste that are searched; the error stands at its end
_LONG_LIST = re.compile(r'((?:"[^"]{0,200}", ){20})(?:"[^"]{0,200}", )+')


@dataclass(frozen=True, slots=True)
class Cause:
    """One entry of `data/errors.toml`."""

    pattern: str
    rows: tuple[str, ...]
    cause: str
    next: str
    fallback: bool = False  # named only where no other cause is
    check: str | None = None  # its code, where the rows do not tell; "" where there is none

    def check_of(self, checks: Iterable[Check]) -> Check | None:
        """Return the check that finds this cause: the first that covers one of its rows."""
        known = list(checks)
        if self.check is not None:
            return next((item for item in known if item.code == self.check), None)
        for row in self.rows:
            for item in known:
                if row in item.covers:
                    return item
        return None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A cause that the text may have, and the words of the text that say so."""

    cause: Cause
    words: str


@functools.cache
def causes() -> tuple[Cause, ...]:
    """Return the table, in the order of its ranking."""
    text = resources.files("loadstone").joinpath("data/errors.toml").read_text("utf-8")
    return tuple(
        Cause(
            entry["pattern"],
            tuple(entry["rows"]),
            entry["cause"],
            entry["next"],
            entry.get("fallback", False),
            entry.get("check"),
        )
        for entry in loads(text)["error"]
    )


def candidates(text: str, limit: int = 4) -> tuple[Candidate, ...]:
    """Return the causes whose pattern occurs in `text`, at most `limit`, likeliest first."""
    flat = _flat(text)
    found: list[Candidate] = []
    seen: set[str] = set()
    for cause in causes():
        match = re.search(cause.pattern, flat)
        if match and not (cause.rows and seen.issuperset(cause.rows)):
            seen.update(cause.rows)
            found.append(Candidate(cause, match[0]))
    certain = [item for item in found if not item.cause.fallback]
    return tuple((certain or found)[:limit])


def codes(text: str) -> tuple[str, ...]:
    """Return the codes of Loadstone's own checks that `text` names, each once, in order."""
    return tuple(dict.fromkeys(re.findall(r"\bLS\d{3}\b", text[-100 * LONGEST :])))


def _flat(text: str) -> str:
    """Return the end of the text in one line, long lists of keys shortened."""
    flat = " ".join(text[-100 * LONGEST :].split())
    return _LONG_LIST.sub(r"\1", flat)[-LONGEST:]
