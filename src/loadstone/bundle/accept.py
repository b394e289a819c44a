"""Findings that the caller lets stand, with the reason given for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from loadstone.errors import UsageError


def reasons(accept: Any, flag: str = "accept") -> dict[str, str]:
    """Return accepted codes with the reasons given for them; a name stands for its code.

    Raises `UsageError` for a code that no check has, so that a typo accepts nothing, and for one
    without a reason.
    """
    if accept is None:
        return {}
    if not isinstance(accept, Mapping):
        raise UsageError('`accept` maps codes to reasons: `accept={"LS600": "why it may stand"}`')
    accepted: dict[str, str] = {}
    for word, reason in accept.items():
        if not isinstance(reason, str) or not reason.strip():
            raise UsageError(f"`{flag}` gives no reason why `{word}` may stand")
        accepted[_known(str(word).strip(), flag)] = reason.strip()
    return accepted


def of_words(pairs: Sequence[str], flag: str = "--accept") -> dict[str, str]:
    """Return accepted codes of `CODE=REASON`, as a command line gives them; raises `UsageError`."""
    accepted: dict[str, str] = {}
    for pair in pairs:
        code, equals, reason = pair.partition("=")
        if not equals or not reason.strip():
            raise UsageError(f"`{flag} {pair}` gives no reason: write `{flag} {code}=REASON`")
        accepted[code.strip()] = reason
    return reasons(accepted, flag)


def _known(word: str, flag: str) -> str:
    from loadstone.core import registry
    from loadstone.core.words import listed, nearest

    checks = registry.load_all()
    for item in checks:
        if word.lower() in (item.code.lower(), item.name):
            return item.code
    close = nearest(word, [name for item in checks for name in (item.code, item.name)])
    tail = f"; nearest: {listed(close)}" if close else ""
    raise UsageError(f"`{flag} {word}`: no check has this code{tail}")
