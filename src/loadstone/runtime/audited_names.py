"""Names generated from installed libraries by `scripts/audited_names.py`, which says by what rule.

One file a library, read when a pickle names that library; in it one line a module and a use:
`sklearn.linear_model._base|new build|LinearRegression …`. Beside the uses of a `Global` there are
`slots` (BUILD sets no property), `private` (none whose name starts with `_`), `key` (hashing it
runs nothing), `fields` (hashing it hashes what it holds), `named` (a named tuple), `method` (of a
class, plain, that objects of it may hold), `class` (it may only be named; `refused`: what making
one runs is unread), and words that start with `@`, conditions that `audited_conditions` checks.
"""

import os
from typing import Dict, FrozenSet, Optional, Tuple

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "names")

_texts: Dict[str, str] = {}
_found: Dict[Tuple[str, str], Optional[FrozenSet[str]]] = {}


def uses_of(module: str, name: str) -> Optional[FrozenSet[str]]:
    """Return how a generated name may be used, or nothing where it is not one."""
    key = (module, name)
    if key not in _found:
        _found[key] = _look_up(module, name)
    return _found[key]


def has_module(module: str) -> bool:
    """Return whether names of a module were generated."""
    plain = "|" not in module and "\n" not in module
    return plain and f"\n{module}|" in _text_of(module.partition(".")[0])


def has_library(name: str) -> bool:
    """Return whether names of a library were generated, by the name of its first module."""
    return bool(_text_of(name))


def _look_up(module: str, name: str) -> Optional[FrozenSet[str]]:
    text = _text_of(module.partition(".")[0])
    line = "\n" + module + "|"
    at = text.find(line)
    while at >= 0 and "|" not in module and "\n" not in module:
        uses, _, names = text[at + len(line) : text.index("\n", at + 1)].partition("|")
        if name in names.split():
            return frozenset(uses.split())
        at = text.find(line, at + 1)
    return None


def _text_of(library: str) -> str:
    """Return the file of a library; a name that the stream made up opens none."""
    if not _texts:
        _texts.update((found[:-4], "") for found in os.listdir(FOLDER) if found[-4:] == ".txt")
    if library in _texts and not _texts[library]:
        with open(os.path.join(FOLDER, library + ".txt"), encoding="ascii") as file:
            _texts[library] = file.read()
    return _texts.get(library, "")
