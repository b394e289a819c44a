"""Python literals as numpy's headers write them: texts, whole numbers, tuples, lists, dicts.

`ast.literal_eval` recurses as deep as the text says; this stops at a depth.
"""

from __future__ import annotations

import re
from typing import Any

_TOKEN = re.compile(
    r"\s*(?:(?P<text>[bu]?'[^'\\\n]*'|[bu]?\"[^\"\\\n]*\")"
    r"|(?P<number>-?[0-9]{1,20})L?"  # the suffix of Python 2's long integers
    r"|(?P<word>True|False|None)|(?P<mark>[\[\](){},:]))"
)
_WORDS = {"True": True, "False": False, "None": None}
_DEPTH = 32
_CLOSE = {"(": ")", "[": "]", "{": "}"}


class NotLiteral(Exception):  # noqa: N818 - the text's fault
    """The text is no literal."""


def parse(text: str) -> Any:
    """Return the value that `text` writes; a dictionary comes as pairs in a dict.

    Raises `NotLiteral`.
    """
    tokens = _tokens(text)
    value, at = _value(tokens, 0, 0)
    if at != len(tokens):
        raise NotLiteral(f"`{tokens[at][1]}` follows it"[:60])
    return value


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise NotLiteral(f"`{text[at : at + 20]!r}` is not understood")
        found.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return found


def _value(tokens: list[tuple[str, str]], at: int, depth: int) -> tuple[Any, int]:
    if at >= len(tokens):
        raise NotLiteral("it ends too early")
    kind, text = tokens[at]
    if kind == "text":
        return text.lstrip("bu")[1:-1], at + 1
    if kind == "number":
        return int(text), at + 1
    if kind == "word":
        return _WORDS[text], at + 1
    if text not in _CLOSE or depth > _DEPTH:
        raise NotLiteral(f"`{text}` is out of place")
    return _held(tokens, at + 1, depth + 1, text)


def _held(tokens: list[tuple[str, str]], at: int, depth: int, opened: str) -> tuple[Any, int]:
    close = ("mark", _CLOSE[opened])
    items: list[Any] = []
    pairs: dict[Any, Any] = {}
    commas = 0
    while tokens[at : at + 1] != [close]:
        item, at = _value(tokens, at, depth)
        if opened == "{":
            if tokens[at : at + 1] != [("mark", ":")] or not isinstance(item, str):
                raise NotLiteral("a key of a dictionary is not understood")
            pairs[item], at = _value(tokens, at + 1, depth)
        else:
            items.append(item)
        if tokens[at : at + 1] == [("mark", ",")]:
            commas += 1
            at += 1
        elif tokens[at : at + 1] != [close]:
            raise NotLiteral("a comma or the end of a list is missing")
    if opened == "{":
        return pairs, at + 1
    if opened == "[":
        return items, at + 1
    return (items[0] if len(items) == 1 and not commas else tuple(items)), at + 1
