"""Arrays of pyarrow's, which are made of buffers as they are told: it checks neither.

`_restore_array` takes the length, the number of buffers and the places of texts in them at their
word. https://arrow.apache.org/docs/format/Columnar.html
"""

import operator
import re
import struct
from typing import Any, Optional, Sequence

from .audited_dill import type_word
from .pickle_scalars import Buffer
from .pickle_trees import plain_bytes
from .pickle_values import Blob, Call, Limits, ListItems, Stream, TupleItems

__all__ = ["WITHIN", "follow"]

WITHIN = "an array that lies within its buffers"
_ARRAY = "pyarrow.lib._restore_array"
_BUFFER = "pyarrow.lib.py_buffer"
_BYTES = ("builtins.bytearray", "__builtin__.bytearray")
_PARTS = (6, 7)  # a type, a length, how many are missing, a start, buffers, parts, a dictionary
_DEPTH = 8
_MOST = 1 << 26  # bytes of places
_WIDTHS = {"bool": 1, "float": 32, "double": 64, "halffloat": 16}
_SIZED = r"(?:u?int|date|time|decimal)(\d+)(?:[\[(].*)?\Z"
_STAMPS = r"(timestamp|duration)\[.*\Z"
_TEXTS = {"string": "i", "binary": "i", "large_string": "q", "large_binary": "q"}
_MADE = {"timestamp": 64, "duration": 64, "time32": 32, "time64": 64, "decimal128": 128}
_LISTS = {"list_": "i", "large_list": "q"}


def follow(stream: Stream, buffer: Buffer, limits: Limits) -> None:
    """Note of each array that it lies within its buffers, as the payload of what makes it."""
    if not any(item.path == _ARRAY for item in stream.globals):
        return
    for call in stream.calls:
        args = call.args if call.path == _ARRAY and isinstance(call.args, TupleItems) else []
        if len(args) == 1 and not call.states and _Reader(buffer, limits).fits(args[0], _DEPTH):
            call.payload = WITHIN


class _Reader:
    """Reads arrays from the bytes of a pickle."""

    def __init__(self, buffer: Buffer, limits: Limits) -> None:
        self.buffer = buffer
        self.limits = limits

    def fits(self, held: Any, depth: int, least: int = 0) -> bool:  # noqa: PLR0911 - a rule each
        """Whether an array of at least so many values lies within its buffers."""
        if not isinstance(held, TupleItems) or len(held) not in _PARTS or not depth:
            return False
        kind, length, missing, start, buffers, parts = held[:6]
        numbers = (length, missing, start)
        if not all(type(number) is int and -1 <= number < 1 << 48 for number in numbers):
            return False
        if min(length, start) < 0 or missing > length or length < least:
            return False
        if not isinstance(buffers, ListItems) or not isinstance(parts, ListItems):
            return False
        sizes = list(map(self.size, buffers))
        end, dictionary = start + length, held[6] if len(held) == _PARTS[1] else None
        if not sizes or None in sizes or (sizes[0] and sizes[0] * 8 < end):
            return False
        made, inside = _made_of(kind), _inside(kind)
        if made == "dictionary":
            width = _width(inside[0]) if len(inside) > 1 else None
            values = isinstance(dictionary, TupleItems) and _is_same(dictionary[0], inside[1])
            sized = width is not None and len(sizes) == 2 and (sizes[1] or 0) * 8 >= end * width
            return sized and values and not parts and self.fits(dictionary, depth - 1)
        if dictionary is not None:
            return False
        if made in _LISTS or made == "struct":
            count = (
                self.last(buffers[1:], _LISTS.get(made, ""), start, end) if made in _LISTS else end
            )
            right = count is not None and len(buffers) == 1 + (made in _LISTS)
            kinds = list(map(_of_field, inside if made in _LISTS else _fields(inside)))
            return (
                right
                and len(kinds) == len(parts)
                and all(
                    isinstance(part, TupleItems)
                    and _is_same(part[0], of)
                    and self.fits(part, depth - 1, count or 0)
                    for part, of in zip(parts, kinds)  # noqa: B905 `strict` came with 3.10
                )
            )
        if parts:
            return False
        word = _word(kind)
        if word == "null":
            return len(sizes) == 1
        if word in _TEXTS:
            last = self.last(buffers[1:2], _TEXTS[word], start, end) if len(sizes) == 3 else None
            return last is not None and last <= (sizes[2] or 0)
        width = _width(kind)
        return width is not None and len(sizes) == 2 and (sizes[1] or 0) * 8 >= end * width

    def size(self, held: Any) -> Optional[int]:
        """Return how many bytes a buffer has; 0 for none of them, nothing where that is open."""
        if held is None:
            return 0
        inner = _held(held)
        if isinstance(inner, Blob):
            return inner.length
        data = plain_bytes(inner, self.buffer)
        return None if data is None else len(data)

    def last(self, buffers: Sequence[Any], of: str, start: int, end: int) -> Optional[int]:
        """Return the last of the places that a buffer holds; nothing where one is before others."""
        data = plain_bytes(_held(buffers[0]), self.buffer) if buffers else None
        if not data:
            return None if end or (buffers and buffers[0] is not None and data is None) else 0
        size = struct.calcsize(of)
        if len(data) > _MOST or len(data) < (end + 1) * size:
            return None
        self.limits.left -= (end - start) >> 2
        places = struct.unpack_from(f"<{end + 1 - start}{of}", data, start * size)
        ordered = all(map(operator.le, places, places[1:])) and places[0] >= 0
        return int(places[-1]) if ordered else None


def _held(made: Any) -> Any:
    """Return the bytes that a buffer is made of."""
    if isinstance(made, Call) and made.path == _BUFFER and not made.states:
        made = _inside(made)[0] if _inside(made) else None
    if isinstance(made, Call) and not made.states and _is_of_bytes(made):
        args = list(_inside(made))
        if len(args) == 2 and type(args[0]) is str and args[1] == "latin-1":
            try:
                return args[0].encode("latin-1")  # as protocols 0 to 2 write them
            except UnicodeEncodeError:  # as the loader does
                return None
        return args[0] if args else b""
    return made


def _is_of_bytes(made: Call) -> bool:
    """Whether bytes are made that can change, also as dill names their type."""
    return made.path in _BYTES or type_word(made) == "bytearray"


def _made_of(kind: Any) -> str:
    """Return the name of the function that makes a type."""
    path = kind.path if isinstance(kind, Call) and not kind.states else None
    return (path or "").rpartition(".")[2]


def _word(kind: Any) -> str:
    args = kind.args if isinstance(kind, Call) and isinstance(kind.args, TupleItems) else []
    return args[0] if args and _made_of(kind) == "type_for_alias" and type(args[0]) is str else ""


def _inside(kind: Any) -> Sequence[Any]:
    return kind.args if isinstance(kind, Call) and isinstance(kind.args, TupleItems) else ()


def _fields(inside: Sequence[Any]) -> Sequence[Any]:
    held = inside[0] if len(inside) == 1 else None
    return held if isinstance(held, (ListItems, TupleItems)) else [None]


def _of_field(field: Any) -> Any:
    """Return the type of a field, or what is one itself."""
    return _inside(field)[1] if _made_of(field) == "field" and len(_inside(field)) > 1 else field


def _is_same(kind: Any, other: Any, depth: int = _DEPTH) -> bool:
    """Whether two types are made alike."""
    if isinstance(kind, Call) and isinstance(other, Call):
        made = bool(depth) and kind.path == other.path and not (kind.states or other.states)
        return made and _is_same(kind.args, other.args, depth - 1)
    if isinstance(kind, (TupleItems, ListItems)) and isinstance(other, (TupleItems, ListItems)):
        pairs = zip(kind, other)  # noqa: B905 `strict` came with 3.10
        return len(kind) == len(other) and all(_is_same(*pair, depth) for pair in pairs)
    return type(kind) is type(other) and kind == other


def _width(kind: Any) -> Optional[int]:
    """Return how many bits a value has; nothing where that is not known."""
    word = _word(kind)
    if word in _WIDTHS:
        return _WIDTHS[word]
    told = re.match(_SIZED, word)
    if told:
        return int(told[1])
    return 64 if re.match(_STAMPS, word) else _MADE.get(_made_of(kind))
