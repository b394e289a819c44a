"""Judges how much memory and time a few numbers of a pickle take, beside what stands in its bytes.

`bytearray(n)` and others make so many bytes of one number, and a range that code goes over as many
objects. A key is hashed part by part, and a tuple that stands in one twice is hashed twice.
"""

from typing import Any, Dict, Iterator, List

from .audited_dill import listed, type_named, type_word
from .pickle_values import Call, FrozenSetItems, Global, Items, Stream, TupleItems

__all__ = ["LONG", "is_short", "too_much"]

_BYTES = 1 << 28  # that all numbers of a pickle together may make
LONG = 1 << 24  # numbers that code may go over, and parts that one hash may take
_RANGES = ("builtins.range", "__builtin__.xrange")
# by what is called, how many bytes a number makes
_MADE = {
    "builtins.bytes": 1.0,
    "builtins.bytearray": 1.0,
    "__builtin__.bytes": 1.0,
    "__builtin__.bytearray": 1.0,
    "bytes": 1.0,
    "bytearray": 1.0,
    "rdkit.DataStructs.cDataStructs.ExplicitBitVect": 0.125,
    "igraph.Graph": 8.0,
}
_HASHING = ("set", "frozenset", "Counter", "OrderedDict", "defaultdict", "dict")
_SCALARS = ("numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar")


def is_short(call: Call) -> bool:
    """Whether what is made is no range of more numbers than code should go over."""
    if call.path not in _RANGES and type_word(call) != "range":
        return True
    ends = listed(call)
    if not ends or not all(type(end) is int for end in ends):
        return False
    start, stop = (0, ends[0]) if len(ends) == 1 else (ends[0], ends[1])
    step = ends[2] if len(ends) > 2 else 1
    return step != 0 and abs(stop - start) // abs(step) <= LONG


def too_much(stream: Stream) -> Iterator[str]:
    """Yield what makes more of numbers than a pickle does, and keys that take too long."""
    made = 0.0
    for call in stream.calls:
        made += _made_by(call)
        if made > _BYTES:
            yield f"what makes {int(made)} bytes of numbers, {call.path or call.at}"
            break
    seen: Dict[int, int] = {}
    keys = [*stream.hashed, *_items(stream)]
    if any(_parts(key, seen) > LONG for key in keys):
        yield "what hashes a key whose parts stand in it many times"


def _items(stream: Stream) -> Iterator[Any]:
    """Yield what is hashed as a container is made of it."""
    for call in stream.calls:
        if (call.path or "").rpartition(".")[2] in _HASHING:
            for held in listed(call):
                yield from held if isinstance(held, Items) else ()


def _made_by(call: Call) -> float:
    """Return how many bytes a call makes of a number that it is given."""
    func = call.func
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
    if rate is None or not held or type(held[0]) is not int:
        return 0
    return max(0, held[0]) * rate


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
