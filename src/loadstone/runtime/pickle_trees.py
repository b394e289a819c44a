"""Trees of points of scipy's, whose nodes are bytes: it follows the indices in them as they are.

`_post_init_traverse` writes a pointer into every node that those lead to, wherever that is.
https://github.com/scipy/scipy/blob/main/scipy/spatial/_ckdtree.pyx
"""

import array
import struct
from typing import Any, Optional, Tuple

from .pickle_scalars import Buffer
from .pickle_values import Blob, Call, Limits, Pairs, Stream, TupleItems

__all__ = ["BY_DILL", "SOUND", "TREES", "as_filled", "bytes_of", "follow", "plain_bytes"]

SOUND = "a tree whose nodes were read, each of which leads to later ones only"
TREES = frozenset(
    [
        *(("scipy.spatial." + module, "cKDTree") for module in ("ckdtree", "_ckdtree")),
        *(("scipy.spatial." + module, "KDTree") for module in ("kdtree", "_kdtree")),
    ]
)
_PATHS = frozenset(".".join(names) for names in TREES)
_NODE = struct.Struct("<q48xqq")  # the dimension it splits, and, at its end, where its parts are
_SIZE = 72
_MOST = 1 << 20  # nodes
_DEEP = 1 << 14  # nodes under one another: C follows them by recursion; the exponents are 2,048
_LEAF = -1
BY_DILL = ("dill._dill._create_array", "dill.dill._create_array")
VIEWS = ("numpy.core.numeric._frombuffer", "numpy._core.numeric._frombuffer")
_VIEW = 4  # what those are given: bytes, a type, a shape, an order
_ARRAY, _PAIR = 5, 2  # parts of the state of an array, and of a text that stands for bytes
_SINGLE = ("S1",)  # numbers would be written as the text of each


def follow(stream: Stream, buffer: Buffer, limits: Limits) -> None:
    """Note of each tree that its nodes are sound, as the payload of what makes it."""
    if not any((item.module, item.name) in TREES for item in stream.globals):
        return
    for call in stream.calls:
        if call.path not in _PATHS or len(call.states) != 1:
            continue
        state = call.states[0]
        held = state[0] if isinstance(state, TupleItems) and state else None
        data = bytes_of(held, buffer) if isinstance(held, Call) else None
        if data is not None and _is_sound(data, limits):
            call.payload = SOUND


def as_filled(call: Call) -> Call:
    """Return an array that dill makes as one that is made and filled."""
    args = call.args if isinstance(call.args, TupleItems) else []
    if call.path not in BY_DILL or len(args) < 3 or call.states:
        return call
    made = Call(call.func, call.args, call.how, call.at)
    made.states = (args[2],)
    return made


def bytes_of(array: Call, buffer: Buffer, kinds: Tuple[str, ...] = _SINGLE) -> Optional[bytes]:
    """Return the bytes of an array of those kinds, also one that follows the pickle's own."""
    if array.path in BY_DILL:
        array = as_filled(array)
    if array.path in VIEWS and isinstance(array.args, TupleItems) and len(array.args) == _VIEW:
        return plain_bytes(array.args[0], buffer) if _is_of(array.args[1], kinds) else None
    state = array.states[0] if len(array.states) == 1 else None
    if isinstance(array.payload, tuple) and isinstance(state, Pairs):
        at, end = array.payload
        return bytes(buffer[at:end]) if _is_of(state.get("dtype"), kinds) else None
    if not isinstance(state, TupleItems) or len(state) != _ARRAY or not _is_of(state[2], kinds):
        return None
    return plain_bytes(state[4], buffer)


def _is_of(kind: Any, kinds: Tuple[str, ...]) -> bool:
    if not isinstance(kind, Call) or kind.path != "numpy.dtype":
        return False
    args = kind.args
    ends = [state[1:2] if isinstance(state, TupleItems) else None for state in kind.states]
    plain = isinstance(args, TupleItems) and bool(args) and args[0] in kinds
    return plain and all(end in (["|"], ["<"], ["="]) for end in ends)


def plain_bytes(held: Any, buffer: Buffer) -> Optional[bytes]:
    """Return bytes, also those that old protocols write as a text."""
    if isinstance(held, Call) and held.path == "_codecs.encode" and isinstance(held.args, list):
        text = held.args[0] if len(held.args) == _PAIR and held.args[1] == "latin1" else None
        try:
            return text.encode("latin1") if isinstance(text, str) else None
        except UnicodeEncodeError:
            return None
    if isinstance(held, Blob):
        return bytes(buffer[held.offset : held.offset + held.length])
    return held if isinstance(held, bytes) else None


def _is_sound(data: bytes, limits: Limits) -> bool:
    """Whether nodes lead to later nodes, no two to the same, and not too many in a row."""
    count = len(data) // _SIZE
    if not 0 < count <= _MOST or len(data) % _SIZE:
        return False
    limits.left -= count
    depths = array.array("H", bytes(2 * count))  # of those that others lead to
    for at in range(count):
        dimension, less, greater = _NODE.unpack_from(data, at * _SIZE)
        if dimension == _LEAF:
            continue
        for part in (less, greater):
            if not at < part < count or depths[part] or depths[at] == _DEEP:
                return False
            depths[part] = depths[at] + 1
    return True
