"""Tables of pandas', whose blocks say which columns they hold: it takes the places as they are.

`_rebuild_blknos_and_blklocs` writes at every place that a block names, wherever that is.
https://github.com/pandas-dev/pandas/blob/main/pandas/_libs/internals.pyx
"""

import struct
from typing import Any, Dict, Optional, Sequence, Tuple

from .pickle_scalars import Buffer
from .pickle_trees import BY_DILL, VIEWS, as_filled, bytes_of
from .pickle_values import Call, Global, Items, ListItems, Pairs, Stream, TupleItems, as_partial

__all__ = ["MANAGERS", "PLACED", "follow"]

PLACED = "a table whose blocks hold only columns that it has"
MANAGERS = frozenset(
    (f"pandas.{module}", "BlockManager")
    for module in ("core.internals.managers", "_libs.internals")
)
_PATHS = frozenset(".".join(names) for names in MANAGERS)
_MAKERS = ("copyreg._reconstructor", "copy_reg._reconstructor")
_STATE = 4  # parts: axes, values, names, and a dictionary of all of them
_DEPTH = 8  # an index of an array of an array
_KEYS = 64  # in one dictionary, or chunks of one array: one axis may stand in many tables
_MOST = 1 << 24  # bytes of the places of one block
_PLACES = ("i8", "<i8")
_INDEXES = ("_new_Index", "_new_DatetimeIndex", "_new_TimedeltaIndex", "_new_PeriodIndex")
_INTERVALS = "_new_IntervalIndex"
_RECONSTRUCT = ("numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct")
_ANNOUNCED = "joblib.numpy_pickle.NumpyArrayWrapper"
_CHUNK = "pyarrow.lib._restore_array"
_BLOCKS = ("pandas._libs.internals._unpickle_block", "pandas.core.internals.blocks.new_block")
_HELD = ("_ndarray", "_codes", "_data", "_pa_array")

_Extent = Optional[Tuple[int, int]]  # the first and the last of places; of none 0 and -1


def follow(stream: Stream, buffer: Buffer) -> None:
    """Note of each table that its blocks are placed within it, as the payload of what makes it."""
    if not any((item.module, item.name) in MANAGERS for item in stream.globals):
        return
    known: Dict[int, _Extent] = {}  # many tables may share their blocks, and blocks their places
    for call in stream.calls:
        axes, blocks = _parts(call)
        length = _length(axes[0]) if isinstance(axes, (ListItems, TupleItems)) and axes else None
        if length is None or not isinstance(blocks, (ListItems, TupleItems)):
            continue
        if id(blocks) not in known:
            parts = [_places_of(block, buffer, known) for block in blocks]
            known[id(blocks)] = _together(parts)
        extent = known[id(blocks)]
        if extent is not None and extent[0] >= 0 and extent[1] < length:
            call.payload = PLACED


def _together(parts: Sequence[_Extent]) -> _Extent:
    """Return the first and the last of many places; nothing where some are not known."""
    held = [part for part in parts if part is not None]
    if len(held) < len(parts):
        return None
    return min((part[0] for part in held), default=0), max((part[1] for part in held), default=-1)


def _parts(call: Call) -> Tuple[Any, Any]:
    """Return the axes and the blocks of a table; nothing where it is none, or filled otherwise."""
    args = list(call.args) if isinstance(call.args, list) else []
    made = _made(call)
    if not isinstance(made, Global) or made.path not in _PATHS or len(call.states) > 1:
        return None, None
    if not call.states:
        return (args[1], args[0]) if len(args) > 1 and made is call.func else (None, None)
    state = call.states[0]
    held = state[3] if isinstance(state, TupleItems) and len(state) == _STATE else None
    if args and made is call.func:  # it is made of the one, and filled with the other
        return None, None
    told = _only(held, "0.14.1")
    return _only(told, "axes"), _only(told, "blocks")


def _only(held: Any, name: str) -> Any:
    """Return what a dictionary has by a name; nothing where it may have been another before."""
    if not isinstance(held, Pairs) or len(held) > _KEYS:
        return None
    if not all(type(key) is str for key, _ in held):
        return None
    found = [value for key, value in held if key == name]
    return found[0] if len(found) == 1 else None


def _places_of(block: Any, buffer: Buffer, known: Dict[int, _Extent]) -> _Extent:
    """Return the first and the last place of a block; nothing where they are not known."""
    if isinstance(block, Pairs):
        places = _only(block, "mgr_locs")
    else:
        plain = isinstance(block, Call) and _is_block(block) and not block.states
        args = block.args if plain and isinstance(block.args, TupleItems) else []
        places = args[1] if len(args) > 1 else None
    if not isinstance(places, Call):
        return None
    if id(places) not in known:
        known[id(places)] = _extent_of(places, buffer)
    return known[id(places)]


def _extent_of(places: Call, buffer: Buffer) -> _Extent:
    found: Optional[Sequence[int]]
    if _is_slice(places):
        found = _range_of(places.args if isinstance(places.args, TupleItems) else [])
        found = [found[0], found[-1]] if found else found
    else:
        data = bytes_of(places, buffer, _PLACES)
        plain = data is not None and not len(data) % 8 and len(data) <= _MOST
        found = [place for (place,) in struct.iter_unpack("<q", data)] if data and plain else None
        found = [] if data == b"" else found
    return None if found is None else (min(found, default=0), max(found, default=-1))


def _is_block(call: Call) -> bool:
    """Whether a function of pandas' makes a block of values and places."""
    func = as_partial(call.func)
    if isinstance(func, Global):
        return func.path in _BLOCKS
    args = list(func.args) if isinstance(func, Call) and isinstance(func.args, TupleItems) else []
    if getattr(func, "path", None) != "functools.partial":
        return _is_looked_up(func, "_unpickle_block") or _is_looked_up(func, "new_block")
    state = func.states[0] if len(func.states) == 1 else None
    if len(args) != 1 or not isinstance(state, TupleItems) or len(state) != 4:
        return False
    named = all(isinstance(item, Global) and item.path in _BLOCKS for item in (args[0], state[0]))
    given = state[2] if isinstance(state[2], Pairs) else Pairs([("", None)])
    plain = isinstance(state[1], TupleItems) and not state[1]
    return named and plain and all(key == "ndim" for key, _ in given)


def _range_of(parts: Sequence[Any]) -> Optional[range]:
    """Return the numbers from one to another by steps, where all three are small numbers."""
    if len(parts) != 3 or not all(type(part) is int and abs(part) < 1 << 62 for part in parts):
        return None
    return range(*parts) if parts[2] else None


def _is_slice(call: Call) -> bool:
    """Whether a slice is made, also of a type that dill or cloudpickle names by a word."""
    func = call.func
    if isinstance(func, Call) and (func.path or "").endswith(("._load_type", "._builtin_type")):
        return isinstance(func.args, TupleItems) and list(func.args) == ["slice"]
    return call.path in ("builtins.slice", "__builtin__.slice")


def _length(value: Any, depth: int = _DEPTH) -> Optional[int]:  # noqa: PLR0911 - a rule each
    """Return how long an axis is, or an array in it, where that stands in the pickle."""
    if not isinstance(value, Call) or not depth:
        return None
    if isinstance(value.payload, Stream):  # an array of objects, which joblib unpickles
        return _length(value.payload.value, depth - 1)
    args = list(value.args) if isinstance(value.args, list) else []
    path = value.path or ""
    if path.startswith("pandas.") and path.rpartition(".")[2] in (*_INDEXES, _INTERVALS):
        return _of_index(args[1], depth) if len(args) == 2 else None
    if path in VIEWS:
        return _first(args[2]) if len(args) == 4 else None
    if path == _CHUNK:
        return _of_chunks([value])
    if path == "pyarrow.lib.chunked_array":
        chunks = args[0] if args and isinstance(args[0], Items) else [None]
        return _of_chunks(chunks) if len(chunks) <= _KEYS else None
    value = as_filled(value)
    state = value.states[0] if len(value.states) == 1 else None
    if path == _ANNOUNCED:
        return _first(state.get("shape")) if isinstance(state, Pairs) else None
    if path in (*_RECONSTRUCT, *BY_DILL) or _is_looked_up(value.func, "_reconstruct"):
        return _first(state[1]) if isinstance(state, TupleItems) and len(state) == 5 else None
    made = _made(value)
    if not isinstance(made, Global) or not made.module.startswith("pandas"):
        return None
    held = _held_in(state)
    return _length(held, depth - 1)


def _is_looked_up(func: Any, name: str) -> bool:
    """Whether dill looks a function up by a name, in a module that the table has."""
    if not isinstance(func, Call) or not (func.path or "").endswith("._get_attr"):
        return False
    return isinstance(func.args, TupleItems) and list(func.args[1:]) == [name]


def _held_in(state: Any) -> Any:
    """Return what an array of pandas' holds, of numpy's or pyarrow's; nothing where that is open.

    It is told by its name, or stands beside a type.
    """
    if isinstance(state, TupleItems) and len(state) == 1:
        state = state[0]
    if not isinstance(state, Items) or len(state) > _KEYS:
        return None
    if isinstance(state, Pairs):
        found = [value for key, value in state if key in _HELD]
    else:
        parts = list(state) if isinstance(state, TupleItems) else []
        found = [part for part in parts if isinstance(part, Call) and not _is_type(part)]
    return found[0] if len(found) == 1 else None


def _is_type(call: Call) -> bool:
    made = _made(call)
    return isinstance(made, Global) and made.name.lower().endswith("dtype")


def _made(call: Call) -> Any:
    """Return what is called, or the class of an object of protocols 0 and 1."""
    args = call.args if isinstance(call.args, TupleItems) else []
    return args[0] if call.path in _MAKERS and args else call.func


def _of_index(held: Any, depth: int) -> Optional[int]:
    for key in ("data", "left"):
        if _only(held, key) is not None:
            return _length(_only(held, key), depth - 1)
    for key in ("codes", "labels"):
        codes = _only(held, key)
        if isinstance(codes, (ListItems, TupleItems)) and codes:
            return _length(codes[0], depth - 1)
    places = _range_of([_only(held, key) for key in ("start", "stop", "step")])
    return None if places is None else len(places)


def _first(shape: Any) -> Optional[int]:
    plain = isinstance(shape, TupleItems) and len(shape) == 1 and type(shape[0]) is int
    return int(shape[0]) if plain else None


def _of_chunks(chunks: Sequence[Any]) -> Optional[int]:
    """Return how many texts stand in arrays of pyarrow's: the second part of each says so."""
    total = 0
    for chunk in chunks:
        if not isinstance(chunk, Call) or chunk.path != _CHUNK:
            return None
        held = chunk.args if isinstance(chunk.args, TupleItems) else []
        told = held[0] if len(held) == 1 and isinstance(held[0], TupleItems) else []
        if len(told) < 2 or type(told[1]) is not int:
            return None
        total += told[1]
    return total
