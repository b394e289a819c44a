"""Flax's msgpack: nested maps whose leaves are arrays, each an extension of type 1.

https://flax.readthedocs.io/en/latest/api_reference/flax.serialization.html and
https://github.com/msgpack/msgpack/blob/master/spec.md
"""

from __future__ import annotations

from typing import NamedTuple

from loadstone.core import dtypes
from loadstone.core.facts import Artifact, Damage, StateDict, TensorFact
from loadstone.readers import _dense
from loadstone.readers._little import Cursor, Ended
from loadstone.readers._opened import Opened

_ARRAY, _COMPLEX, _SCALAR = 1, 2, 3  # the extension types of flax
_CHUNKED = "__msgpack_chunked_array__"
_NODES = 100_000
_DEPTH = 64
_SNIFFED = 400  # values that are looked at before the first array
_KEY = 1000


class Odd(Exception):  # noqa: N818 - the bytes' fault
    """What stands here is no msgpack of flax's."""

    def __init__(self, why: str, at: int, kind: str = "malformed") -> None:
        super().__init__(why)
        self.why = why
        self.at = at
        self.kind = kind


class Item(NamedTuple):
    """The head of one value: what it is, and how long."""

    kind: str  # map, array, text, bytes, ext, int, other
    size: int  # entries of a map or an array, bytes of the rest; the number itself of an int
    ext: int = 0


def sniff(opened: Opened) -> bool:
    """Return whether a map with a text as its first key leads to an array of flax's."""
    first = opened.head[0] if opened.head else 0
    if not (0x81 <= first <= 0x8F or first in {0xDE, 0xDF}):
        return False
    try:
        return _leads_to_array(Cursor(opened.source, 0, "big"))
    except (Ended, Odd):
        return False


def _leads_to_array(cursor: Cursor) -> bool:
    """Walk the first values; every map on the way has texts as its keys."""
    waiting = [(item(cursor).size * 2, True)]  # values still to come, and whether of a map
    for _ in range(_SNIFFED):
        while waiting and not waiting[-1][0]:
            waiting.pop()
        if not waiting:
            return False
        left, is_map = waiting[-1]
        waiting[-1] = left - 1, is_map
        found = item(cursor)
        if is_map and left % 2 == 0 and found.kind != "text":
            return False
        if found.kind == "ext":
            return found.ext in {_ARRAY, _SCALAR} and item(cursor) == Item("array", 3)
        if found.kind in {"map", "array"}:
            waiting.append((found.size * (2 if found.kind == "map" else 1), found.kind == "map"))
        elif found.kind in {"text", "bytes"}:
            cursor.hop(found.size)
    return False


def item(cursor: Cursor) -> Item:
    """Return the head of the value at the cursor, which then stands behind the head."""
    at = cursor.at
    first = cursor.take(1)[0]
    if first < 0x80 or first >= 0xE0:
        return Item("int", first if first < 0x80 else first - 256)
    if first < 0xC0:
        kind, size = ("map", first & 15) if first < 0x90 else ("array", first & 15)
        return Item("text", first & 31) if first >= 0xA0 else Item(kind, size)
    if first in _FIXED:
        cursor.hop(_FIXED[first])
        return Item("other", 0)
    if 0xCC <= first <= 0xD3:
        width = 1 << (first - 0xCC) % 4
        data = cursor.take(width)
        return Item("int", int.from_bytes(data, "big", signed=first >= 0xD0))
    if 0xD4 <= first <= 0xD8:
        return Item("ext", 1 << first - 0xD4, cursor.take(1)[0])
    kind, width = _SIZED.get(first, ("", 0))
    if not kind:
        raise Odd(f"`{first:#x}` begins nothing", at)
    size = cursor.uint(width)
    return Item(kind, size, cursor.take(1)[0]) if kind == "ext" else Item(kind, size)


_FIXED = {0xC0: 0, 0xC2: 0, 0xC3: 0, 0xCA: 4, 0xCB: 8}  # nil, false, true, floats
_SIZED = {
    0xC4: ("bytes", 1),
    0xC5: ("bytes", 2),
    0xC6: ("bytes", 4),
    0xC7: ("ext", 1),
    0xC8: ("ext", 2),
    0xC9: ("ext", 4),
    0xD9: ("text", 1),
    0xDA: ("text", 2),
    0xDB: ("text", 4),
    0xDC: ("array", 2),
    0xDD: ("array", 4),
    0xDE: ("map", 2),
    0xDF: ("map", 4),
}


def read(opened: Opened) -> Artifact:
    """Return the arrays by the keys that lead to them, joined by "."."""
    tree = _Tree(opened)
    try:
        tree.value("", 0)
        if tree.cursor.at < opened.source.size:
            left = opened.source.size - tree.cursor.at
            why = f"{left} bytes follow the map"
            tree.damage.append(Damage("trailing", why, tree.cursor.at, {"bytes": left}))
    except Ended as error:
        why = "the file ends inside its map"
        detail = {"have": opened.source.size, "whole": len(tree.tensors)}
        tree.damage.append(Damage("truncated", why, error.at, detail))
    except Odd as error:
        tree.damage.append(Damage(error.kind, error.why, error.at))
    return opened.artifact(
        "flax-msgpack",
        "state-dict",
        framework="flax",
        state_dicts=(StateDict("", tree.tensors, tree.others),),
        damage=tuple(tree.damage[:100]),
        disagreements=tuple(tree.disagreements[:20]),
        opening_runs_code="unknown" if tree.disagreements else "no",
        detail={"roots": ", ".join(tree.roots[:20])[:400]},
    )


class _Tree:
    def __init__(self, opened: Opened) -> None:
        self.cursor = Cursor(opened.source, 0, "big")
        self.tensors: dict[str, TensorFact] = {}
        self.others: dict[str, str] = {}
        self.roots: list[str] = []
        self.damage: list[Damage] = []
        self.disagreements: list[Damage] = []
        self.left = _NODES

    def value(self, path: str, depth: int) -> None:
        """Walk one value."""
        at = self.cursor.at
        self.left -= 1
        if self.left < 0 or depth > _DEPTH:
            raise Odd("it has more values than the limit", at, "limit")
        found = item(self.cursor)
        if found.kind == "map":
            self._map(path, found.size, depth)
        elif found.kind == "array":
            for number in range(found.size):
                self.value(f"{path}.{number}" if path else str(number), depth + 1)
        elif found.kind == "ext":
            self._ext(path, found)
        else:
            if found.kind in {"text", "bytes"}:
                self.cursor.hop(found.size)
            self._other(path, f"int {found.size}" if found.kind == "int" else found.kind)

    def _other(self, path: str, text: str) -> None:
        if len(self.others) < 10_000:
            self.others[path] = text

    def _key(self) -> str:
        at = self.cursor.at
        found = item(self.cursor)
        if found.kind == "int":
            return str(found.size)
        if found.kind not in {"text", "bytes"} or found.size > _KEY:
            raise Odd("a key is no text", at)
        return self.cursor.take(found.size).decode("utf-8", "backslashreplace")

    def _map(self, path: str, size: int, depth: int) -> None:
        seen: set[str] = set()
        for _ in range(size):
            at = self.cursor.at
            key = self._key()
            if key in seen:
                why = f"`{key[:80]}` is in a map twice"
                self.disagreements.append(Damage("duplicate-key", why, at, {"key": key[:200]}))
            seen.add(key)
            if not path:
                self.roots.append(key)
            if key == _CHUNKED and size > 1:
                self._chunked(path, size - 1, depth)
                return
            self.value(f"{path}.{key}" if path else key, depth + 1)

    def _chunked(self, path: str, left: int, depth: int) -> None:
        """Join an array that was cut into pieces of at most a gigabyte: shape, then chunks."""
        self.value("", depth + 1)
        self.others.pop("", None)
        inner = _Tree.__new__(_Tree)
        inner.cursor, inner.left = self.cursor, self.left
        inner.tensors, inner.others, inner.roots = {}, {}, []
        inner.damage, inner.disagreements = self.damage, self.disagreements
        for _ in range(left):
            inner.value(self._key(), depth + 1)
        self.left = inner.left
        sizes = tuple(
            int(text.removeprefix("int "))
            for key, text in inner.others.items()
            if key.startswith("shape.") and text.removeprefix("int ").isdecimal()
        )
        kinds = {fact.dtype for fact in inner.tensors.values()}
        if len(kinds) != 1 or not _dense.is_shape(sizes):
            self._other(path, "array in pieces")
            return
        fact = TensorFact(kinds.pop(), sizes)
        pieces = sum(piece.count for piece in inner.tensors.values())
        if pieces != fact.count:
            why = f"the pieces of `{path[:80]}` hold {pieces} elements, {fact} has {fact.count}"
            self.damage.append(Damage("malformed", why, None, {"key": path[:200]}))
        self.tensors[path] = fact

    def _ext(self, path: str, found: Item) -> None:
        start = self.cursor.at
        end = start + found.size
        if end > self.cursor.source.size:
            raise Ended(self.cursor.source.size)
        if found.ext in {_ARRAY, _SCALAR}:
            self._array(path, end)
        elif found.ext == _COMPLEX:
            self._other(path, "complex number")
        else:
            self._other(path, f"extension of type {found.ext}")
        self.cursor.at = end

    def _array(self, path: str, end: int) -> None:
        cursor, at = self.cursor, self.cursor.at
        if item(cursor) != Item("array", 3):
            raise Odd(f"`{path[:80]}` is no array of flax's", at)
        axes = item(cursor)
        if axes.kind != "array" or axes.size > _dense.AXES:
            raise Odd(f"`{path[:80]}` has no shape", at)
        sizes = tuple(item(cursor) for _ in range(axes.size))
        shape = tuple(size.size for size in sizes)
        if any(size.kind != "int" for size in sizes) or not _dense.is_shape(shape):
            raise Odd(f"`{path[:80]}` has no shape", at)
        named = item(cursor)
        if named.kind not in {"text", "bytes"} or named.size > 60:
            raise Odd(f"`{path[:80]}` has no element type", at)
        word = cursor.take(named.size).decode("utf-8", "backslashreplace")
        data = item(cursor)
        if not dtypes.known(word) or word in dtypes.BLOCKS or data.kind not in {"bytes", "text"}:
            self._other(path, f"array {word} {'×'.join(map(str, shape))}")
            return
        fact = TensorFact(word, shape)
        if cursor.at + data.size != end or data.size != fact.nbytes:
            if dtypes.bits(word) % 8 == 0:
                why = f"`{path[:80]}` holds {data.size} bytes, {fact} takes {fact.nbytes}"
                self.damage.append(Damage("malformed", why, cursor.at, {"key": path[:200]}))
            self.tensors[path] = fact  # jax keeps 4-bit integers in bytes of their own
            return
        place = _dense.extent(word, shape, cursor.at)
        self.tensors[path] = TensorFact(word, shape, None, place)
