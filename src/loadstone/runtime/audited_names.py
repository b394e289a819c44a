"""Names generated from installed libraries by `scripts/audited_names.py`, which says by what rule.

One line a module and a use: `sklearn.linear_model._base|new build|LinearRegression …`. A word that
starts with `@` is a condition that `audited_arguments` checks.
"""

import os
from typing import Dict, FrozenSet, List, Optional, Tuple

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "audited_names.txt")

_lines: Dict[str, List[Tuple[str, str]]] = {}
_found: Dict[Tuple[str, str], Optional[FrozenSet[str]]] = {}


def uses_of(module: str, name: str) -> Optional[FrozenSet[str]]:
    """Return how a generated name may be used, or nothing where it is not one."""
    if not _lines:
        _read()
    if module not in _lines:
        return None
    key = (module, name)
    if key not in _found:
        found = [uses for uses, names in _lines[module] if name in names.split()]
        _found[key] = frozenset(found[0].split()) if found else None
    return _found[key]


def _read() -> None:
    with open(PATH, encoding="ascii") as file:
        for line in file:
            if not line.startswith("#"):
                module, uses, names = line.rstrip("\n").split("|")
                _lines.setdefault(module, []).append((uses, names))
