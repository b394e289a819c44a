"""Judges offsets of pandas' calendars, its indexes, and its arrays that hold others."""

import re
from typing import Any, List

from .audited_dill import listed
from .audited_table import allows
from .audited_values import MANAGERS, UNPICKLE_BLOCK, holds_codes, is_inert, names_a_function
from .audited_walks import walks
from .pickle_values import Call, Global, Items, Pairs, TupleItems

__all__ = ["NO_OFFSETS", "is_array_of_pandas", "is_index", "is_offset", "names_a_zone"]

NO_OFFSETS = ("Categorical", "StringDtype", "PeriodDtype", "IntervalDtype")  # of `pandas` itself
_INDEXES = r"pandas(\.core)?(\.indexes\.\w+)?\Z"
_ZONE = "dateutil/"  # behind it pandas takes the path of a file, which it opens
_SCALARS = ("numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar")
_NUMBERS = r"[<>=|]?[biufcmM]\d*\Z"
_LABELS = ("name", "names", "data")  # what stands under them names no zone
_KEPT = {"CategoricalIndex": "data", "MultiIndex": "levels"}  # where they keep what has codes
_BLOCKS = (UNPICKLE_BLOCK, "pandas.core.internals.blocks.new_block", *MANAGERS)


def is_offset(call: Call, _: List[Any]) -> bool:
    """Judge an offset of a calendar: numbers and dates, and a span of dateutil's of such."""
    return is_inert(call.args) and all(
        isinstance(state, Pairs)
        and not names_a_function(state)
        and all(isinstance(key, str) and is_inert(_span_of(value)) for key, value in state)
        for state in call.states
    )


def _span_of(value: Any) -> Any:
    """Return what a span of dateutil's is filled with; any other value itself."""
    if not isinstance(value, Call) or value.path != "dateutil.relativedelta.relativedelta":
        return value
    held = [value.args, *value.states]
    plain = value.how == "new" and not any(map(names_a_function, value.states))
    return TupleItems(held) if plain and not value.pairs else value


def names_a_zone(func: Global, parts: List[Any]) -> bool:
    """Whether a text among what pandas is given may be the path of a zone, as of `dateutil//a`."""
    if func.module.partition(".")[0] != "pandas" or func.path in _BLOCKS:
        return False
    seen, waiting = walks.of("zones"), parts
    while waiting:
        node = waiting.pop()
        if isinstance(node, str) and _ZONE in node:
            return not walks.fail()
        if not isinstance(node, (Items, Call)) or id(node) in seen:
            continue
        seen[id(node)] = node
        if isinstance(node, Pairs):
            waiting += [
                value for key, value in node if key not in _LABELS or not _is_hidden_text(value)
            ]
        elif isinstance(node, Items):
            waiting += node
        elif _is_hidden_text(node):
            return not walks.fail()
        else:
            waiting += [node.args, node.kwargs, *node.states, *node.appended]
    return False


def _is_hidden_text(value: Any) -> bool:
    """Whether it is a text of numpy's, of which only the bytes are here."""
    if not isinstance(value, Call) or value.path not in _SCALARS:
        return False
    kind = listed(value)[:1]
    word = listed(kind[0])[:1] if kind and isinstance(kind[0], Call) else []
    return not (word and isinstance(word[0], str) and re.match(_NUMBERS, word[0]))


def is_index(_: Call, args: List[Any]) -> bool:
    """Whether an index is made of a class of pandas' own, and of what stands in a dictionary."""
    if len(args) != 2 or not isinstance(args[1], Pairs):  # a table would be asked for its columns
        return False
    if not allows(args[0]) or not re.match(_INDEXES, args[0].module):
        return False
    own = _KEPT.get(args[0].name) if args[1].get("dtype") is None else None
    return not any(holds_codes(value) for key, value in args[1] if key != own)


def is_array_of_pandas(_: Call, args: List[Any]) -> bool:
    """Whether the class of an array is one of pandas' own."""
    return bool(args) and allows(args[0]) and args[0].module.split(".")[0] == "pandas"
