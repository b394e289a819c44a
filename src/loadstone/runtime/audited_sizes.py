"""Judges how much memory and time a few bytes of a pickle take, beside what stands in it.

`bytearray(n)` and others make so many bytes of one number, a range that code goes over as many
objects, and what many calls are given is copied by each. A key is hashed part by part, and a tuple
that stands in one twice is hashed twice.
"""

import struct
from typing import Any, Dict, Iterator, List, Set

from .audited_dill import listed, type_named, type_word
from .pickle_trees import plain_bytes
from .pickle_values import (
    Blob,
    Call,
    FrozenSetItems,
    Global,
    Items,
    Pairs,
    Stream,
    TupleItems,
    as_partial,
)

__all__ = ["LONG", "is_short", "too_much"]

_BYTES = 1 << 28  # that all numbers of a pickle together may make
LONG = 1 << 24  # numbers that code may go over, and parts that one hash may take
_HASHED = 1 << 30  # parts that all hashes together may take
_RANGES = ("builtins.range", "__builtin__.xrange")
_BITS, _GRAPH = "rdkit.DataStructs.cDataStructs.ExplicitBitVect", "igraph.Graph"
_HEAD = struct.Struct("<4xI")  # of bits: how many there are
# by what is called, how many bytes a number makes
_MADE = {
    "builtins.bytes": 1.0,
    "builtins.bytearray": 1.0,
    "__builtin__.bytes": 1.0,
    "__builtin__.bytearray": 1.0,
    "bytes": 1.0,
    "bytearray": 1.0,
    _BITS: 0.125,
    _GRAPH: 24.0,
}
# they keep what they are given, or go over it only when they are asked
_KEEPING = (
    *("builtins.iter", "builtins.reversed", "builtins.enumerate", "builtins.zip", "builtins.slice"),
    *("__builtin__.iter", "__builtin__.reversed", "__builtin__.enumerate", "__builtin__.slice"),
    *("itertools.chain", "itertools.islice", "itertools.cycle", "itertools.repeat"),
    *("itertools.accumulate", "itertools.zip_longest", "itertools.compress", "itertools.izip"),
    *("functools.partial", "builtins.getattr", "__builtin__.getattr", "types.GenericAlias"),
)
# they copy the arrays that they are given
_COPYING = (
    *(".convert_to_tensor", "cupy._core.core.array", "._rebuild_device_tensor_from_numpy"),
    *("._new_Index", "._new_DatetimeIndex", "._new_TimedeltaIndex", "._new_PeriodIndex"),
)
# bytes of a number of a range, of what a container holds, and of a copy that counts
_NUMBER, _REFERENCE, _PAIR, _SMALL = 36, 8, 100, 64
_FEW = 16  # parts of a container that is looked into
_HASHING = ("set", "frozenset", "Counter", "OrderedDict", "defaultdict", "dict")
_SCALARS = ("numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar")


def is_short(call: Call) -> bool:
    """Whether what is made is no range of more numbers than code should go over."""
    if call.path not in _RANGES and type_word(call) != "range":
        return True
    return 0 <= _length_of(call) <= LONG


def _length_of(call: Call) -> int:
    """Return how many numbers a range has at most; -1 where it is none."""
    ends = listed(call)
    if not ends or not all(type(end) is int for end in ends):
        return -1
    start, stop = (0, ends[0]) if len(ends) == 1 else (ends[0], ends[1])
    step = ends[2] if len(ends) > 2 else 1
    return abs(stop - start) // abs(step) if step else -1


def too_much(stream: Stream) -> Iterator[str]:
    """Yield what makes more of numbers than a pickle does, and keys that take too long."""
    made = 0.0
    given: Set[int] = set()
    for call in stream.calls:
        made += _made_by(call) + _copied_by(call, given)
        if made > _BYTES:
            yield f"what makes {int(made)} bytes of fewer, {call.path or call.at}"
            break
    seen: Dict[int, int] = {}
    keys = [*stream.hashed, *_items(stream)]
    parts = 0
    for key in keys:
        count = _parts(key, seen)
        parts += count
        if count > LONG or parts > _HASHED:
            yield "what hashes a key whose parts stand in it many times"
            break


def _items(stream: Stream) -> Iterator[Any]:
    """Yield what is hashed as a container is made of it."""
    for call in stream.calls:
        if (call.path or "").rpartition(".")[2] in _HASHING:
            for held in listed(call):
                yield from held if isinstance(held, Items) else ()


def _made_by(call: Call) -> float:
    """Return how many bytes a call makes of a number that it is given."""
    func = as_partial(call.func)
    path = call.path or ""
    held: List[Any] = listed(call)
    if isinstance(func, Call):
        if func.path == "functools.partial":
            parts = listed(func)
            path = parts[0].path if parts and isinstance(parts[0], Global) else ""
            if parts and isinstance(parts[0], Call):
                path = type_named(parts[0])
            held = [*parts[1:], *held]
            for state in func.states:
                more = state[1] if isinstance(state, TupleItems) and len(state) > 1 else None
                held += more if isinstance(more, TupleItems) else []
        else:
            path = type_word(call)
    if path in _SCALARS and len(held) == 1 and isinstance(held[0], Call):
        return _size(held[0])
    rate = _MADE.get(path)
    if rate is None or not held:
        return 0
    return max([0, *_counts_in(path, held)]) * rate


def _counts_in(path: str, held: List[Any]) -> List[int]:
    """Return the numbers that say how much is made."""
    if path == _BITS and type(held[0]) is not int:
        data = plain_bytes(held[0], b"") if not isinstance(held[0], Blob) else None
        return [_HEAD.unpack_from(data)[0] if data and len(data) >= _HEAD.size else 1 << 32]
    ends = held[1] if path == _GRAPH and len(held) > 1 and isinstance(held[1], Items) else []
    numbers = [end for pair in ends if isinstance(pair, Items) for end in pair]
    return [number for number in [held[0], *numbers] if type(number) is int]


def _copied_by(call: Call, given: Set[int]) -> float:
    """Return how many bytes a call may make of what another was given too, and of ranges."""
    if (call.path or "").startswith(_KEEPING):
        return 0
    args = listed(call)
    parts: List[Any] = [*args, *call.states]
    parts += [part for state in call.states if isinstance(state, TupleItems) for part in state]
    copied = sum(map(_numbers_of, args))
    copies = (call.path or "").endswith(_COPYING)
    for part in parts:
        if copies:
            copied += _copies_of(part, given)
        size = _copy_of(part)
        if size >= _SMALL:
            copied += size if id(part) in given else 0
            given.add(id(part))
    return copied


def _copies_of(part: Any, given: Set[int]) -> float:
    """Return the bytes of arrays that were given to another too, of an array or a few of them."""
    size = 0.0
    for array in _few_in(part):
        if isinstance(array, Call) and id(array) in given:
            states = [state for state in array.states if isinstance(state, TupleItems)]
            size += sum(_copy_of(one) for state in states for one in state)
        given.add(id(array))
    return size


def _few_in(part: Any) -> List[Any]:
    """Return a value, or the few that a container holds."""
    if not isinstance(part, Items):
        return [part]
    few = part if len(part) <= _FEW else ()
    return [value for _, value in few] if isinstance(part, Pairs) else list(few)


def _numbers_of(part: Any) -> float:
    """Return the bytes of the numbers of a range, or of those that stand in a few values."""
    ranges = [one for one in _few_in(part) if isinstance(one, Call)]
    return sum(
        float(_length_of(one) * _NUMBER)
        for one in ranges
        if one.path in _RANGES or type_word(one) == "range"
    )


def _copy_of(part: Any) -> int:
    """Return the bytes of a copy of a value."""
    if isinstance(part, (str, bytes)):
        return len(part)
    if isinstance(part, Blob):
        return part.length
    if isinstance(part, Items):
        return len(part) * (_PAIR if isinstance(part, Pairs) else _REFERENCE)
    return 0


def _size(kind: Call) -> float:
    """Return the bytes of a type of numpy's, by its word and by what it is filled with."""
    word = listed(kind)[:1]
    digits = "".join(filter(str.isdigit, word[0]))[:12] if word and isinstance(word[0], str) else ""
    told = [part for state in kind.states for part in _numbers(state)]
    return max([int(digits or 0) * 4, *told])


def _numbers(state: Any) -> List[int]:
    return [part for part in state if type(part) is int] if isinstance(state, TupleItems) else []


def _parts(key: Any, seen: Dict[int, int]) -> int:
    """Return how many parts a hash of a key takes, each as often as it stands there."""
    waiting = [(key, False)]
    while waiting:
        node, done = waiting.pop()
        inside = _inside(node)
        if done:
            seen[id(node)] = min(LONG + 1, 1 + sum(seen.get(id(part), 1) for part in inside))
        elif inside and id(node) not in seen:
            seen[id(node)] = LONG + 1  # until its parts are counted: one may hold itself
            waiting.append((node, True))
            waiting += [(part, False) for part in inside]
    return seen.get(id(key), 1)


def _inside(node: Any) -> List[Any]:
    if isinstance(node, (TupleItems, FrozenSetItems)):
        return list(node)
    if isinstance(node, Call):  # a tuple of a library's, or what a set is made of
        return [part for part in [node.args, *node.states] if isinstance(part, Items)]
    return []
