"""Judges what fills objects of classes that Cython compiled: a tuple, one part for each field.

Many modules are compiled without a check of bounds: of a shorter tuple they take what lies behind
it in memory for objects, and follow it. How many fields there are is told by the checksum that
they compare, of the names of the fields (`scripts/cython_fields.py`).
https://github.com/cython/cython/blob/master/Cython/Compiler/ParseTreeTransforms.py
"""

import os
from typing import Any, Dict, List, Optional

from .audited_names import FOLDER
from .pickle_values import Call, Global, TupleItems

__all__ = ["REMAKES", "UPDATERS", "are_all_fields", "is_updater"]

REMAKES = "__pyx_unpickle_"
# their modules raise an `IndexError`, but for those few
_CHECKED = ("gensim", "numpy", "pandas", "river", "spacy", "thinc")
_UNCHECKED = ("spacy.ml.parser_model", "spacy.pipeline.transition_parser", "spacy.tokens.graph")
# parts of the tuples that recursions of arch's are filled with, by methods of their own; 5 to 8
UPDATERS = {
    "EGARCHUpdater": 4,
    "FIGARCHUpdater": 3,
    "HARCHUpdater": 1,
    "MIDASUpdater": 5,
    "GARCHUpdater": None,
    "VolatilityUpdater": None,
}
_ENUM = 1  # field of an enumeration of Cython's

_counts: Dict[int, int] = {}


def are_all_fields(call: Call, func: Global) -> bool:
    """Whether each tuple that an object is filled with has a part for each of its fields."""
    args = call.args if isinstance(call.args, TupleItems) else []
    if len(args) != 3 or type(args[1]) is not int:
        return False
    if func.module.partition(".")[0] in _CHECKED and func.module not in _UNCHECKED:
        return True
    count = _ENUM if func.name == REMAKES + "Enum" else _fields_of(args[1])
    return count is not None and all(_is_long(state, count) for state in (args[2], *call.states))


def is_updater(call: Call, _: List[Any]) -> bool:
    """Judge a recursion of arch's that is made by numbers, and filled with as many parts."""
    count = UPDATERS.get(getattr(call.func, "name", ""))
    return not call.states if count is None else all(_is_long(one, count) for one in call.states)


def _is_long(state: Any, count: int) -> bool:
    return state is None or (isinstance(state, TupleItems) and len(state) >= count)


def _fields_of(checksum: int) -> Optional[int]:
    """Return how many fields a checksum stands for, or nothing where no module told of it."""
    if not _counts:
        with open(os.path.join(FOLDER, "cython_fields"), encoding="ascii") as file:
            _counts.update((int(word, 16), int(count)) for word, count in map(str.split, file))
    return _counts.get(checksum)
