"""Texts that make a regular expression repeat what it may repeat, and then fail."""

import ast
import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

try:
    from re import _constants as sre
    from re import _parser as parser
except ImportError:  # before Python 3.11
    import sre_constants as sre
    import sre_parse as parser

_CALLS = ("compile", "match", "search", "fullmatch", "finditer", "findall", "sub", "split", "subn")
_SEEN = " a0_\n\"'\\.-/{[(<:,#=*+\x00\xe9|" + "".join(map(chr, range(1, 256)))
_REPEATS = {sre.MAX_REPEAT, sre.MIN_REPEAT, getattr(sre, "POSSESSIVE_REPEAT", None)}
_MANY = 50  # what may be repeated less often is no pump


class Found(NamedTuple):
    """A pattern in a source, and how the module uses it."""

    name: str  # `_yaml._KEY`, or `_yaml:204` where it has no name
    pattern: re.Pattern[Any]
    uses: frozenset[str]  # match, fullmatch, search


def patterns(file: Path) -> Iterator[Found]:
    """Yield the patterns that a module writes out, with the methods that it calls on them."""
    tree = ast.parse(file.read_text("utf-8"))
    named = {
        id(node.value): getattr(
            node.target if isinstance(node, ast.AnnAssign) else node.targets[0], "id", ""
        )
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value
    }
    for node in ast.walk(tree):
        if _calls_re(node) and isinstance(node.args[0], ast.Constant):
            flags = [
                item.attr
                for part in (*node.args[1:], *node.keywords)
                for item in ast.walk(part)
                if isinstance(item, ast.Attribute)
            ]
            made = re.compile(
                node.args[0].value, sum(getattr(re, word) for word in flags if word.isupper())
            )
            name = named.get(id(node), "")
            uses = _uses(tree, name) if name else {node.func.attr.replace("compile", "match")}
            yield Found(
                f"{file.stem}.{name}" if name else f"{file.stem}:{node.lineno}",
                made,
                frozenset(word if word in ("match", "fullmatch") else "search" for word in uses),
            )


def _calls_re(node: Any) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
        and node.func.attr in _CALLS
    )


def _uses(tree: ast.AST, name: str) -> set[str]:
    """Return the methods of a named pattern that a module names; `match` where it hands it on."""
    found = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == name
    }
    return found & set(_CALLS) or {"match"}


def attacks(pattern: re.Pattern[Any], length: int) -> Iterator[Any]:
    """Yield texts of about `length` letters: a start that fits, what may repeat, an end."""
    text = pattern.pattern
    is_text = isinstance(text, str)
    tree = parser.parse(text if is_text else text.decode("latin-1"), pattern.flags & ~re.UNICODE)
    pumps = [*_pumps(tree, ""), *(("", letter) for letter in " a0\n\"'")]
    seen = set()
    for (start, pump), tail in itertools.product(pumps, ("\x00", "\n!", "")):
        for head in {start, ""}:
            for made in (
                head + pump * (length // len(pump)) + tail,
                (head + pump) * (length // len(head + pump)) + tail,
            ):
                if made not in seen:
                    seen.add(made)
                    yield made if is_text else made.encode("latin-1", "replace")


def _pumps(tree: Any, start: str) -> Iterator[tuple[str, str]]:
    for kind, held in tree:
        for inside in _inside(kind, held):
            yield from _pumps(inside, start)
        if kind in _REPEATS and held[1] >= _MANY:
            for turn in range(3):
                yield start, "".join(_sample(*item, turn) for item in held[2]) or "a"
            yield from ((start, letter) for letter in ' a0\n"\\')
        start += _sample(kind, held)


def _inside(kind: Any, held: Any) -> list[Any]:
    if kind in _REPEATS:
        return [held[2]]
    if kind is sre.SUBPATTERN:
        return [held[3]]
    if kind is sre.BRANCH:
        return list(held[1])
    return [held[1]] if kind in (sre.ASSERT, sre.ASSERT_NOT) else []


def _sample(kind: Any, held: Any, turn: int = 0) -> str:
    """Return a short text that fits a part of a pattern."""
    if kind is sre.LITERAL:
        return chr(held)
    if kind in (sre.NOT_LITERAL, sre.ANY):
        return "b" if held == ord("a") else "a"
    if kind is sre.IN:
        letters = _letters(held)
        return letters[turn % len(letters)]
    inside = _inside(kind, held)
    if not inside or kind in (sre.ASSERT, sre.ASSERT_NOT):
        return ""
    once = "".join(_sample(*item) for item in inside[turn % len(inside)])
    return once * held[0] if kind in _REPEATS else once


def _letters(items: Any) -> list[str]:
    """Return three letters of a class of letters."""
    other = items[0][0] is sre.NEGATE
    fitting = (letter for letter in _SEEN if any(_fits(*item, letter) for item in items) != other)
    return list(itertools.islice(dict.fromkeys(fitting), 3)) or ["a"]


def _fits(kind: Any, held: Any, letter: str) -> bool:
    if kind is sre.LITERAL:
        return ord(letter) == held
    if kind is sre.RANGE:
        return held[0] <= ord(letter) <= held[1]
    if kind is not sre.CATEGORY:
        return False
    tests = {
        sre.CATEGORY_SPACE: str.isspace,
        sre.CATEGORY_DIGIT: str.isdigit,
        sre.CATEGORY_WORD: lambda one: one.isalnum() or one == "_",
    }
    opposite = {
        sre.CATEGORY_NOT_SPACE: sre.CATEGORY_SPACE,
        sre.CATEGORY_NOT_DIGIT: sre.CATEGORY_DIGIT,
        sre.CATEGORY_NOT_WORD: sre.CATEGORY_WORD,
    }
    return not tests[opposite[held]](letter) if held in opposite else bool(tests[held](letter))
