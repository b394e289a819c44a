"""Values of Python's own library that its pickles call: iterators, enumerations, errors, records.

An iterator keeps what it goes over and where it is; nothing is taken from it when it is made. Those
of functions (`map`, `filter`, `starmap`, `groupby`) call them later, and are left out.
"""

from typing import Any, Callable, Dict, List, Tuple

from .audited_sizes import LONG
from .audited_states import ITERATORS
from .audited_table import allows
from .audited_values import is_inert, is_plain_factory
from .pickle_values import Call, Global, Items, ListItems, TupleItems

__all__ = ["RULES"]

_OVER = ("iter", "reversed")
# they make a tuple of what they go over, and keep as many places as they take of it
_EAGER = ("product", "permutations", "combinations", "combinations_with_replacement")
_PAIR = 2
_OR = ("_operator.or_", "operator.or_")


def _is_iterator(call: Call, args: List[Any]) -> bool:
    """Judge an iterator: it goes over values, of which it keeps a few or their places."""
    name = getattr(call.func, "name", "")
    if call.kwargs or call.pairs or call.appended or call.added or not isinstance(call.args, list):
        return False
    if name in _OVER and len(args) != 1:  # with a second one it calls the first
        return False
    if name == "accumulate" and any(arg is not None for arg in args[1:2]):
        return False
    if name in _EAGER and not _is_pooled(name, args):
        return False
    numbers = [] if name in ("repeat", "islice", "enumerate") else args
    plain = all(type(arg) is not int or abs(arg) <= LONG for arg in numbers)
    kept = all(_is_one(arg) or is_inert(arg) for arg in args)
    return plain and kept and all(map(_is_place, call.states))


def _is_pooled(name: str, args: List[Any]) -> bool:
    """Whether what goes over all that it is given is given lists, and takes no more of each."""
    pools = args if name == "product" else args[:1]
    if not all(isinstance(arg, (TupleItems, ListItems)) for arg in pools):
        return False
    sizes = args[len(pools) :]
    return all(
        size is None or (type(size) is int and 0 <= size <= len(pool))
        for size in sizes
        for pool in pools
    )


def _is_place(state: Any) -> bool:
    """Whether it tells where an iterator is: numbers, values, iterators that it goes on with."""
    if isinstance(state, TupleItems):
        return all(map(_is_place, state))
    return _is_one(state) or is_inert(state)


def _is_one(value: Any) -> bool:
    """Whether it is an iterator itself, which is judged alone, and gives itself when asked."""
    func = value.func if isinstance(value, Call) else None
    return isinstance(func, Global) and (func.module, func.name) in ITERATORS


def _is_number(call: Call, args: List[Any]) -> bool:
    """Judge an enumeration, which is looked up by one number."""
    return len(args) == 1 and type(args[0]) is int and not (call.states or call.kwargs)


def _is_of_json(call: Call, args: List[Any]) -> bool:
    """Judge an error of JSON's, which counts the lines of its text."""
    return [type(arg) for arg in args] == [str, str, int] and all(map(is_inert, call.states))


def _is_record(call: Call, args: List[Any]) -> bool:
    """Judge a record of the system's: numbers and words, and more of them by their names."""
    return (
        0 < len(args) <= _PAIR
        and isinstance(args[0], Items)
        and is_inert(call.args)
        and not (call.states or call.kwargs)
    )


def _is_union(call: Call, args: List[Any]) -> bool:
    """Judge types that are joined by `|`."""
    if len(args) != _PAIR or not isinstance(args[1], TupleItems) or call.states or call.kwargs:
        return False
    joins = isinstance(args[0], Global) and args[0].path in _OR
    return joins and all(map(_is_type, args[1]))


def _is_type(value: Any) -> bool:
    if isinstance(value, Call):
        return value.path in ("builtins.type", "__builtin__.type")
    return value is None or (is_plain_factory(value) and allows(value))


RULES: Dict[Tuple[str, str], Callable[[Call, List[Any]], bool]] = {
    **dict.fromkeys(ITERATORS, _is_iterator),
    **{
        (module, name): _is_number
        for module, names in (
            ("socket", ("AddressFamily", "SocketKind", "MsgFlag", "AddressInfo")),
            ("signal", ("Signals", "Handlers", "Sigmasks")),
            ("ssl", ("TLSVersion", "VerifyMode", "VerifyFlags", "Options")),
        )
        for name in names
    },
    ("json.decoder", "JSONDecodeError"): _is_of_json,
    **dict.fromkeys(
        (
            *(("os", name) for name in ("stat_result", "terminal_size", "statvfs_result")),
            *((of, name) for of in ("posix", "nt") for name in ("uname_result", "times_result")),
        ),
        _is_record,
    ),
    ("_functools", "reduce"): _is_union,
    ("__builtin__", "reduce"): _is_union,
}
