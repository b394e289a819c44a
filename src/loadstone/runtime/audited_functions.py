"""Judges functions that are kept, partials of them, and types that are named by words."""

from typing import Any, List

from .audited_dill import BY_WORD, TYPED, listed, type_word
from .audited_states import is_filled
from .audited_table import allows
from .audited_values import LOUD, is_inert
from .pickle_values import Call, TupleItems

__all__ = ["is_function", "is_named_by_word", "is_named_type", "is_partial", "is_typed"]

_KEPT = ("functools.partial", "builtins.getattr", "__builtin__.getattr")
# types that dill and cloudpickle name by a word, which make a value when they are given nothing
_PLAIN = ("int", "float", "str", "bool", "list", "dict", "tuple", "object", "set", "frozenset")
_WORDS = ("MethodType", "slice", "bytearray", "bytes", "complex", "range", "NoneType")


def is_typed(call: Call) -> bool:
    """Whether one of Python's own types is called, which cloudpickle or dill names by a word."""
    word = type_word(call)
    if word == "SimpleNamespace" and is_filled(call):  # keeps attributes
        return not (listed(call) or call.kwargs or call.appended or call.added or call.pairs)
    if not word or call.states or call.appended or call.added or call.pairs or call.kwargs:
        return False
    if word == "MethodType":
        args = listed(call)
        return len(args) == 2 and is_function(args[0])
    return word in _WORDS and is_inert(call.args)


def is_named_by_word(_: Call, args: List[Any]) -> bool:
    """Whether one of Python's own types is named by a word."""
    known = (*_WORDS, "SimpleNamespace", *_PLAIN, *BY_WORD)
    return len(args) == 1 and isinstance(args[0], str) and args[0] in known


def is_function(item: Any) -> bool:
    """Whether a value is a function of the table, or a method or partial that was judged itself."""
    if isinstance(item, Call):
        kept = item.path in _KEPT or is_named_type(item)
        return kept or type_word(item) in ("MethodType", "PartialType")
    return allows(item) and item.path not in LOUD


def is_named_type(item: Any) -> bool:
    """Whether it is a plain type of Python's own, which is named by a word."""
    if not isinstance(item, Call) or item.path not in TYPED:
        return False
    return listed(item) in [[word] for word in _PLAIN] and not (item.states or item.kwargs)


def is_partial(call: Call, args: List[Any]) -> bool:
    """Judge a function that is kept, with a state that names it again."""
    if call.kwargs or not args or not is_function(args[0]):
        return False
    return all(
        isinstance(state, TupleItems) and len(state) == 4 and is_function(state[0])
        for state in call.states
    )
