"""Values that stand for themselves in JSON, exactly: `None`, numbers, texts, bytes."""

import base64
import math
from collections.abc import Iterable
from typing import Any

EXACT = 2**53  # integers up to here are the same in every JSON reader
PLAIN = {str, int, float, bool, type(None)}


def atom(value: Any) -> tuple[Any] | None:  # noqa: PLR0911 - one return a kind
    """Return (JSON,) where `value` is an atom, else None; lists are `[kind, value]`."""
    kind = type(value)
    if value is None or kind is bool:
        return (value,)
    if kind is str:
        if _encodes(value):
            return (value,)
        return (["s", [ord(c) for c in value]],)  # JSON would join lone surrogates
    if kind is int:
        return (value,) if -EXACT < value < EXACT else (["i", hex(value)],)
    if kind is float:
        return (value,) if math.isfinite(value) else (["f", repr(value)],)
    if kind is bytes:
        return (["b", base64.b64encode(value).decode("ascii")],)
    if kind is complex:
        parts = [atom(part) or (None,) for part in (value.real, value.imag)]
        return (["c", [part[0] for part in parts]],)
    if value is Ellipsis or value is NotImplemented:
        return (["x", repr(value)],)
    return None


def all_plain(values: Iterable[Any]) -> bool:
    """Whether every one of `values` is itself in JSON; quick for millions of them."""
    values = list(values)
    kinds = set(map(type, values))
    if not kinds <= PLAIN:
        return False
    if str in kinds and not _encodes("".join(v for v in values if type(v) is str)):
        return False
    if int in kinds and not all(-EXACT < v < EXACT for v in values if type(v) is int):
        return False
    return float not in kinds or all(math.isfinite(v) for v in values if type(v) is float)


def _encodes(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
