"""Judges arrays with units and tables of astropy's, and parameters of lmfit's fits.

numpy makes an array of a class by `_reconstruct`, without that class's `__new__`, and each of these
fills itself from a state of its own: the one of numpy, and beside it a dictionary or a tuple.
"""

from typing import Any, List

from .audited_states import has_plain_names
from .audited_table import allows
from .audited_values import class_of, is_inert
from .pickle_values import Call, Global, Items, ListItems, Opaque, Pairs, TupleItems, walk

__all__ = [
    "are_parameters",
    "is_array_with_unit",
    "is_of_unit",
    "is_parameter",
    "is_table",
    "is_unit",
]

_PARAMETER = "lmfit.parameter.Parameter"
_TIMES = ("astropy.time.core.Time", "astropy.time.core.TimeDelta")
_FIELDS = range(9, 12)  # of a parameter, in lmfit 0.9 to 1.3
_TEXT = 3  # its place: an expression, which is evaluated


def is_array_with_unit(call: Call, args: List[Any]) -> bool:
    """Whether an array of a class that holds a unit is filled by values and things of astropy's."""
    if len(args) != 3 or not allows(args[0], "array") or call.kwargs or call.appended or call.pairs:
        return False
    return is_inert(TupleItems(args[1:])) and all(map(_is_of_array, call.states))


def _is_of_array(state: Any) -> bool:
    if not isinstance(state, TupleItems):
        return False
    held = state[-1] if state else None  # of a quantity its attributes, of a column a tuple
    plain = has_plain_names(held) if isinstance(held, Pairs) else isinstance(held, TupleItems)
    return plain and is_inert(TupleItems(state[:-1])) and is_inert(held, "astropy")


def is_unit(call: Call, args: List[Any]) -> bool:
    """Whether a unit is made or looked up by its names, and named again; it may be everybody's."""
    if len(args) != 3 or not isinstance(args[0], Global) or call.appended or call.pairs:
        return False
    named = allows(args[0], "new") and args[0].module.startswith("astropy.units.")
    texts = isinstance(args[1], ListItems) and all(isinstance(name, str) for name in args[1])
    return named and texts and isinstance(args[2], bool) and all(map(_is_of_unit, call.states))


def _is_of_unit(state: Any) -> bool:
    own = isinstance(state, Pairs) and all(
        isinstance(key, str) and ((key[:1] == "_" and key[:2] != "__") or key == "__doc__")
        for key, _ in state
    )
    return own and not any(isinstance(node, Opaque) for node in walk(state))


def is_of_unit(_: Call, args: List[Any]) -> bool:
    """Judge a number with a unit of pint's: names, for any other text pint would compute."""
    if any(isinstance(arg, str) for arg in args):
        return False
    held = [node for arg in args if _is_of_pint(arg) for node in walk(arg)]
    parts = [part for node in held for part in _parts(node)]
    return all(part.isidentifier() for part in parts if isinstance(part, str))


def _is_of_pint(value: Any) -> bool:
    made = class_of(value)[0] if isinstance(value, Call) else None
    return isinstance(made, Global) and made.module.startswith("pint.")


def _parts(node: Any) -> List[Any]:
    """Return what stands in a container, also in a dictionary that is made and filled."""
    pairs = node if isinstance(node, Pairs) else getattr(node, "pairs", ())
    return [part for pair in pairs for part in pair] or (
        list(node) if isinstance(node, Items) else []
    )


def is_table(call: Call, _: List[Any]) -> bool:
    """Whether a table is made of columns, and of values that are told of it."""
    return not call.args and all(map(_is_of_table, call.states))


def _is_of_table(state: Any) -> bool:
    if not isinstance(state, TupleItems) or len(state) != 2 or not isinstance(state[0], Call):
        return False
    columns = state[0]
    if columns.path != "collections.OrderedDict" or columns.args or columns.states:
        return False
    return is_inert(state[1]) and all(
        isinstance(key, str) and isinstance(column, Call) and _is_column(class_of(column)[0])
        for key, column in columns.pairs
    )


def _is_column(made: Any) -> bool:
    return isinstance(made, Global) and (allows(made, "array") or made.path in _TIMES)


def is_parameter(call: Call, _: List[Any]) -> bool:
    """Whether a parameter is numbers, and no text that is evaluated."""
    return not call.args and all(
        isinstance(state, TupleItems)
        and len(state) in _FIELDS
        and state[_TEXT] is None
        and is_inert(TupleItems(state[:-1]))
        for state in call.states
    )


def are_parameters(call: Call, args: List[Any]) -> bool:
    """Whether what a fit searches for is parameters, beside the names that texts may hold."""
    return not args and all(
        isinstance(state, Pairs)
        and isinstance(state.get("unique_symbols"), Pairs)
        and isinstance(state.get("params"), ListItems)
        and all(isinstance(one, Call) and one.path == _PARAMETER for one in state.get("params"))
        for state in call.states
    )
