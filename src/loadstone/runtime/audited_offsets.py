"""Judges offsets of pandas' calendars, its indexes, and its arrays that hold others."""

import re
from typing import Any, List

from .audited_table import allows
from .audited_values import is_inert, names_a_function
from .pickle_values import Call, Pairs, TupleItems

__all__ = ["NO_OFFSETS", "is_array_of_pandas", "is_index", "is_offset"]

NO_OFFSETS = ("Categorical", "StringDtype", "PeriodDtype", "IntervalDtype")  # of `pandas` itself
_INDEXES = r"pandas(\.core)?(\.indexes\.\w+)?\Z"


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


def is_index(_: Call, args: List[Any]) -> bool:
    """Whether the class of an index is one of pandas' own."""
    return bool(args) and allows(args[0]) and bool(re.match(_INDEXES, args[0].module))


def is_array_of_pandas(_: Call, args: List[Any]) -> bool:
    """Whether the class of an array is one of pandas' own."""
    return bool(args) and allows(args[0]) and args[0].module.split(".")[0] == "pandas"
