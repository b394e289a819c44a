"""Judges types of numpy's arrays, which say where in the bytes of an array pointers stand.

numpy takes what fills a type at its word (`arraydescr_setstate`): a type of objects that does not
say so, fields that lie over one another, a field that lies outside, a size below nothing, or times
without a unit make it follow bytes of the file.
https://github.com/numpy/numpy/blob/main/numpy/_core/src/multiarray/descriptor.c
"""

import re
from typing import Any, List, NamedTuple, Optional

from .audited_dill import listed
from .audited_walks import walks
from .pickle_values import Call, Global, Pairs, TupleItems

__all__ = ["is_dtype"]

_DTYPE = "numpy.dtype"
_WORD = r"[<>=|]?([?biufcmMOSUVT])(\d{0,9})\Z"
_VOID = ("numpy.record", "numpy.void")  # classes of records, of any size
_STATE = (8, 9)  # parts of a state; a ninth tells of times
_UNIT = (4, 5)  # parts that tell of a unit of time
_VERSIONS = (3, 4)
_DEPTH = 16  # types in types
_LETTER = 4  # bytes of a letter of `U`
_FLEXIBLE = "SUV"  # kinds that take their size from the state
_ALIGNED = (1, 2, 4, 8, 16)  # bytes; numpy divides by it
_COUNTED, _LISTED = 1, 2  # flags: it holds objects, and is filled from a list
_OF_OBJECTS = 0x67  # all flags that say how objects are got at
_OF_ML = 64  # the flags of types of ml_dtypes: numbers are set by a function of their own
_OBJECT = 63  # the flags of a type of one object

_Layout = NamedTuple("_Layout", [("size", int), ("objects", bool)])


def is_dtype(call: Call, _: List[Any]) -> bool:
    """Whether a type is filled as numpy fills one: its parts inside it, its objects told of.

    What numpy made of a text alone is right in itself.
    """
    return not call.states or _layout(call, _DEPTH) is not None


def _layout(call: Any, depth: int) -> Optional[_Layout]:
    """Return how large a type is, and whether it holds objects; None where that is not sure."""
    if not isinstance(call, Call) or call.path != _DTYPE or not depth:
        return None
    seen = walks.of("dtypes")
    if id(call) not in seen:
        seen[id(call)] = (call, _read(call, depth))
    found: Optional[_Layout] = seen[id(call)][1]
    return found


def _read(call: Call, depth: int) -> Optional[_Layout]:  # noqa: PLR0911 - a rule each
    args = listed(call)
    if not args or call.kwargs or len(call.states) > 1:
        return None
    if isinstance(args[0], Global) and args[0].module == "ml_dtypes":
        return _of_ml(args[0].name, call.states)
    word = "V" if isinstance(args[0], Global) and args[0].path in _VOID else args[0]
    told = re.match(_WORD, word) if isinstance(word, str) else None
    if told is None:
        return None
    kind, digits = told[1], int(told[2] or 0)
    size = digits * _LETTER if kind == "U" else digits
    if not call.states:
        return _Layout(size, kind == "O") if told[2] and kind != "T" else None
    state = call.states[0]
    if not isinstance(state, TupleItems) or len(state) not in _STATE or state[0] not in _VERSIONS:
        return None
    if not all(type(number) is int for number in state[5:8]) or state[1] not in list("<>=|"):
        return None
    if kind in _FLEXIBLE and state[6] not in _ALIGNED:
        return None
    if kind == "V" and (told[2] == "" or state[5] == digits):
        return _records(state, depth)
    plain = state[2] is None and state[3] is None and state[4] is None
    sized = state[5] == size or (state[5] == -1 and kind not in _FLEXIBLE)
    if not plain or not sized or not told[2] or kind == "T":
        return None
    if kind in "mM" and not _has_unit(state):
        return None
    right = state[7] == _OBJECT if kind == "O" else not state[7] & _OF_OBJECTS
    return _Layout(size, kind == "O") if right else None


def _of_ml(name: str, states: Any) -> Optional[_Layout]:
    """Return the layout of a small float or integer of ml_dtypes, filled with what it is."""
    size = 2 if name == "bfloat16" else 1
    for state in states:
        if not isinstance(state, TupleItems) or len(state) not in _STATE:
            return None
        if list(state[2:8]) != [None, None, None, size, size, _OF_ML] or state[1] not in list(
            "<=|"
        ):
            return None
    return _Layout(size, objects=False)


def _has_unit(state: TupleItems) -> bool:
    """Whether a type of times says which: numpy 2 follows what stands there."""
    told = state[-1] if len(state) == _STATE[1] else None
    unit = told[1] if isinstance(told, TupleItems) and len(told) == 2 else None
    return isinstance(unit, TupleItems) and len(unit) in _UNIT


def _records(state: TupleItems, depth: int) -> Optional[_Layout]:
    """Return the layout of a type of bytes, of a few of another type, or of fields."""
    of, names, fields, size, flags = state[2], state[3], state[4], state[5], state[7]
    if size < 0:
        return None
    objects: Optional[bool] = False
    if of is not None:
        alone = names is None and fields is None
        objects = _of_many(of, size, depth) if alone else None
    elif names is not None or fields is not None:
        objects = _of_fields(names, fields, size, depth)
    if objects is None:
        return None
    told = flags & (_COUNTED | _LISTED) == (_COUNTED | _LISTED)
    return _Layout(size, objects) if (told if objects else not flags & _OF_OBJECTS) else None


def _of_many(of: Any, size: int, depth: int) -> Optional[bool]:
    """Return whether a few of one type hold objects; None where they do not fill the bytes."""
    if not isinstance(of, TupleItems) or len(of) != 2:
        return None
    one, count = _layout(of[0], depth - 1), 1
    for number in of[1] if isinstance(of[1], TupleItems) else [of[1]]:
        if type(number) is not int or number < 0:
            return None
        count *= number
    return one.objects if one is not None and one.size * count == size else None


def _of_fields(names: Any, fields: Any, size: int, depth: int) -> Optional[bool]:
    """Return whether fields hold objects; None where one lies outside, or objects over others."""
    if not isinstance(names, TupleItems) or not isinstance(fields, Pairs):
        return None
    keys = [key for key, _ in fields]
    if not all(isinstance(key, str) for key in [*keys, *names]) or len({*keys}) != len(keys):
        return None
    if sorted(keys) != sorted(names):
        return None
    places, objects = [], False
    for _, field in fields:
        if not isinstance(field, TupleItems) or len(field) != 2 or type(field[1]) is not int:
            return None
        one = _layout(field[0], depth - 1)
        if one is None or not 0 <= field[1] <= size - one.size:
            return None
        objects = objects or one.objects
        places.append((field[1], field[1] + one.size))
    places.sort()
    apart = all(places[at][1] <= places[at + 1][0] for at in range(len(places) - 1))
    return objects if apart or not objects else None
