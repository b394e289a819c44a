"""JSON with bounds: duplicate keys are reported; depth, size and odd numbers are refused."""

from __future__ import annotations

import re
from typing import Any

from loadstone.readers._plain import clean


class NotJson(Exception):  # noqa: N818 - the bytes' fault
    """The bytes are no JSON."""

    def __init__(self, why: str, at: int = 0, kind: str = "malformed") -> None:
        super().__init__(why)
        self.why = why
        self.at = at
        self.kind = kind  # of damage: `limit` where it was not looked at

    def of(self, what: str) -> str:
        """Return the reason with the name of what it is about."""
        return f"{what} is {'no JSON' if self.kind == 'malformed' else 'not read'}: {self.why}"


_HALF = re.compile(rb"\\u[dD][89a-fA-F]")  # of a character beyond the first 65,536
_OBJECT, _LIST, _VALUE = 240, 88, 64  # bytes that each takes in CPython 3.11, at most
_FEW, _WIDE = 4, 176  # pairs of an object; what each more takes, with a key of its own and its pair
_MOST = 144 << 20  # bytes that all values may take


def weight(data: bytes) -> int:
    """Return the bytes of memory that the text and its values take at most, about."""
    objects, lists, values = data.count(b"{"), data.count(b"["), data.count(b",")
    wide = max(0, data.count(b":") - _FEW * objects)
    return 2 * len(data) + _OBJECT * objects + _LIST * lists + _VALUE * values + _WIDE * wide


def parse(
    data: bytes, *, odd_numbers: bool = False, odd_texts: bool = True
) -> tuple[Any, list[str]]:
    """Return the value in `data`, and the keys that an object holds twice.

    With `odd_numbers`, `NaN` and `Infinity` stand for themselves, as Python writes them; without
    `odd_texts`, half of a character is refused, as all but Python do. Raises `NotJson`.
    """
    import json

    if weight(data) > _MOST:
        raise NotJson(f"its values take more than {_MOST >> 20} MB of memory", kind="limit")
    if b"\0" in data:
        raise NotJson("it holds a zero byte", data.index(b"\0"))
    twice: list[str] = []

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(items)
        if len(found) != len(items):
            seen: set[str] = set()
            for key, _ in items:
                if key in seen and len(twice) < 20:
                    twice.append(clean(key))
                seen.add(key)
        return found

    def constant(word: str) -> Any:
        if odd_numbers:
            return float(word)
        raise NotJson(f"`{word}` is no JSON number")

    try:
        text = data.decode("utf-8")
        value = json.loads(text, object_pairs_hook=pairs, parse_constant=constant)
    except json.JSONDecodeError as error:
        raise NotJson(error.msg.lower(), error.pos) from error
    except UnicodeDecodeError as error:
        raise NotJson(error.reason, error.start) from error
    except RecursionError as error:
        raise NotJson("it is nested too deeply") from error
    except ValueError as error:  # integers of too many digits
        raise NotJson(str(error)) from error
    if _HALF.search(data):
        try:
            whole = _cleaned(value)
        except RecursionError as error:
            raise NotJson("it is nested too deeply") from error
        if not odd_texts and whole != value:
            raise NotJson("it holds half of a character")
        value = whole
    return value, twice


def _cleaned(value: Any) -> Any:
    """Return a value whose texts can be written; half of a character is told by its number."""
    if isinstance(value, str):
        return clean(value, len(value))
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    if isinstance(value, dict):
        return {clean(key, len(key)): _cleaned(item) for key, item in value.items()}
    return value
