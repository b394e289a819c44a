"""Models of CatBoost's, whose numbers lead from one list to another: its C++ follows them so.

It verifies the flatbuffer itself, that offsets lie within it; not that a split is one of the
borders of a feature, that a tree has its leaves, or that a table of categories behind the core is
one. Tables of texts and embeddings are not read here.
https://github.com/catboost/catboost/blob/master/catboost/libs/model/flatbuffers/model.fbs,
https://github.com/catboost/catboost/blob/master/catboost/libs/model/model.cpp
"""

import struct
from array import array
from typing import List, Optional

from . import patience

__all__ = ["MOST", "UNREAD", "has_unread", "why_unsound"]

MOST = patience.LOOK
_LOOKS = 200_000  # features and their parts
# fields by number: the trees of TModelCore, and of TModelTrees
_TREES, _PARTS = 1, 3
_DIMENSION, _SPLITS, _SIZES, _STARTS = 0, 1, 2, 3
_FLOATS, _ONE_HOTS, _CTRS, _LEAVES, _WEIGHTS, _STEPS, _IDS = 5, 6, 7, 8, 9, 10, 11
_TEXTS, _ESTIMATED, _REPACKED, _EMBEDDINGS = 12, 13, 17, 18
_INFO, _KINDS = 2, 4
_WIDEST = 128  # bytes of what tells where the fields of a table lie
# where the borders or the values of a feature stand
_OF_FLOAT, _OF_ONE_HOT, _OF_CTR, _OF_ESTIMATED = 3, 1, 1, 3
_CATEGORIES = b"static_provider_v1"
UNREAD = "CatBoost reads tables of texts or embeddings in it, which were not read here"
_STEP = 4  # bytes of a node of a tree that is not symmetric: how far its two parts lie


class _Unsound(Exception):  # noqa: N818 - a state of the model
    """The numbers of a model do not lead to parts of it."""


class _TooMuch(Exception):  # noqa: N818 - a limit
    """It holds more than is read."""


def why_unsound(data: bytes) -> Optional[str]:
    """Return what of a model leads elsewhere; nothing where all holds, or it is too large."""
    if len(data) > patience.most():
        return None
    try:
        _check(data)
    except _TooMuch:
        return None
    except _Unsound as error:
        return str(error)
    except (struct.error, ValueError, IndexError):
        return "what it holds is not laid out as a model is"
    return None


def has_unread(data: bytes) -> bool:
    """Whether tables of texts or embeddings lie behind the core, which C++ reads unchecked."""
    try:
        (size,) = struct.unpack_from("<I", data, 4)
        core = _Buffer(data[8 : 8 + size])
        return any(core.text(at) != _CATEGORIES for at in core.tables(core.root(), _PARTS))
    except (struct.error, _Unsound, _TooMuch):
        return True


def _hold(right: bool, why: str) -> None:  # noqa: FBT001 - a condition and what it means
    if not right:
        raise _Unsound(why)


def _check(data: bytes) -> None:
    _hold(data[:4] == b"CBM1", "it does not begin as a model does")
    (size,) = struct.unpack_from("<I", data, 4)
    _hold(8 <= size <= len(data) - 8, "its core goes beyond its end")
    core = _Buffer(data[8 : 8 + size])
    parts = [core.text(at) for at in core.tables(core.root(), _PARTS)]
    if parts == [_CATEGORIES]:
        _categories(data, 8 + size)
    trees = core.table(core.root(), _TREES)
    _hold(trees > 0, "it has no trees")
    core.texts(trees, core.root())
    others = sum(core.count(trees, field, 4) for field in (_CTRS, _TEXTS, _EMBEDDINGS))
    _hold(bool(parts) or not others, "the tables of its categories are not there")
    splits, sizes = core.ints(trees, _SPLITS), core.ints(trees, _SIZES)
    starts = core.ints(trees, _STARTS)
    _hold(len(sizes) == len(starts), "its trees differ in number")
    at = 0
    for length, start in zip(sizes, starts):  # noqa: B905 `strict` came with 3.10
        _hold(length >= 0 and start == at, "a tree does not begin where the one before it ends")
        at += length
    _hold(at == len(splits), "its splits are not those of its trees")
    bins = core.bins(trees)
    steps, ids = core.count(trees, _STEPS, _STEP), core.ints(trees, _IDS)
    last = max(1, bins) if steps else bins  # a leaf has the first, whether there is one or not
    _hold(not splits or 0 <= min(splits) <= max(splits) < last, "a split is beyond all borders")
    _hold(
        core.count(trees, _REPACKED, 4) in (0, len(splits)), "its splits are not those of its trees"
    )
    outputs = core.number(trees, _DIMENSION, 1)
    _hold(0 < outputs < MOST, "it has no such number of outputs")
    leaves = core.count(trees, _LEAVES, 8)
    weights = core.count(trees, _WEIGHTS, 8)
    if not steps:
        _hold(not ids and (not sizes or max(sizes) < 32), "a tree is deeper than any")
        whole = sum(1 << length for length in sizes)
        _hold(leaves == outputs * whole, "its leaves are not those of its trees")
        _hold(weights in (0, whole), "the weights of its leaves are not one a leaf")
        return
    _hold(steps == len(splits) == len(ids), "its nodes differ in number")
    _hold(leaves % outputs == 0 and weights in (0, leaves // outputs), "its leaves are not whole")
    core.walk(trees, sizes, ids, leaves)


def _categories(data: bytes, at: int) -> None:
    """Judge the tables of categories: each is a flatbuffer, which is not verified."""
    (count,) = struct.unpack_from("<I", data, at)
    at += 4
    for _ in range(count):
        (size,) = struct.unpack_from("<I", data, at)
        _hold(0 < size <= len(data) - at - 4, "a table of categories goes beyond its end")
        held = _Buffer(data[at + 4 : at + 4 + size])
        table = held.root()
        held.combination(held.table(table, 0))
        for field in (1, 2):
            held.count(table, field, 1)
        for field in (3, 4):
            held.number(table, field, 0)
        at += 4 + size
    _hold(at == len(data), "more follows its tables of categories")


class _Buffer:
    """A flatbuffer, each part of which is looked for within the bytes."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.left = _LOOKS

    def root(self) -> int:
        """Return where the first table lies."""
        return self.u32(0)

    def u32(self, at: int) -> int:
        """Return an offset or a count."""
        found: int = struct.unpack_from("<I", self.data, at)[0]
        return found

    def field(self, table: int, number: int) -> int:
        """Return where a field of a table lies, 0 where it is not there."""
        self.left -= 1
        if self.left < 0:
            raise _TooMuch
        vtable = table - int(struct.unpack_from("<i", self.data, table)[0])
        _hold(0 <= vtable <= len(self.data) - 4, "a table lies outside of its core")
        size, width = struct.unpack_from("<HH", self.data, vtable)
        right = 4 <= size <= _WIDEST and size % 2 == 0 and vtable + size <= len(self.data)
        _hold(right and 4 <= width <= len(self.data) - table, "a table is none")
        if 6 + 2 * number > size:
            return 0
        (offset,) = struct.unpack_from("<H", self.data, vtable + 4 + 2 * number)
        _hold(offset == 0 or 4 <= offset < width, "a field lies outside of its table")
        return table + int(offset) if offset else 0

    def number(self, table: int, number: int, default: int) -> int:
        """Return a whole number of a table."""
        at = self.field(table, number)
        return int(struct.unpack_from("<i", self.data, at)[0]) if at else default

    def table(self, table: int, number: int) -> int:
        """Return where a table within a table lies, 0 where it is not there."""
        at = self.field(table, number)
        return at + self.u32(at) if at else 0

    def count(self, table: int, number: int, size: int) -> int:
        """Return how many parts of so many bytes stand in a vector."""
        at = self.table(table, number)
        if not at:
            return 0
        count = self.u32(at)
        _hold(at + 4 + size * count <= len(self.data), "a list goes beyond its end")
        return count

    def ints(self, table: int, number: int) -> "array[int]":
        """Return a vector of whole numbers."""
        count = self.count(table, number, 4)
        start = self.table(table, number) + 4
        found = array("i")
        found.frombytes(self.data[start : start + 4 * count])
        return found

    def tables(self, table: int, number: int) -> List[int]:
        """Return where the tables of a vector lie."""
        count = self.count(table, number, 4)
        start = self.table(table, number) + 4
        return [at + self.u32(at) for at in range(start, start + 4 * count, 4)]

    def text(self, at: int) -> bytes:
        """Return a text."""
        _hold(self.u32(at) <= len(self.data) - at - 4, "a text goes beyond its end")
        return self.data[at + 4 : at + 4 + self.u32(at)]

    def texts(self, trees: int, core: int) -> None:
        """Judge what is told of the model, and of its features."""
        for pair in self.tables(core, _INFO):
            for number in (0, 1):
                self.count(pair, number, 1)
        for field, name, places in ((_KINDS, 2, (0, 1)), (_FLOATS, 4, (1, 2))):
            for feature in self.tables(trees, field):
                self.count(feature, name, 1)
                for number in places:
                    at = self.number(feature, number, 0)
                    _hold(-1 <= at < MOST, "a feature has no such place")

    def combination(self, base: int) -> None:
        """Judge the features that a table of categories is of."""
        features = self.table(base, 0) if base else 0
        _hold(base > 0 and features > 0, "a table of categories is of no features")
        for field, width in ((0, 4), (1, 8), (2, 8)):
            self.count(features, field, width)
        for place in self.ints(features, 0):
            _hold(0 <= place < MOST, "a feature has no such place")

    def bins(self, trees: int) -> int:
        """Return how many borders and values its features have: a split is one of them."""
        found = sum(self.count(each, _OF_FLOAT, 4) for each in self.tables(trees, _FLOATS))
        found += sum(self.count(each, _OF_ESTIMATED, 4) for each in self.tables(trees, _ESTIMATED))
        for each in self.tables(trees, _ONE_HOTS):
            found += self.count(each, _OF_ONE_HOT, 4)
            for at in self.tables(each, _OF_ONE_HOT + 1):
                self.text(at)
        for each in self.tables(trees, _CTRS):
            found += self.count(each, _OF_CTR, 4)
            held = self.table(each, 0)
            self.combination(self.table(held, 0) if held else 0)
        return found

    def walk(self, trees: int, sizes: "array[int]", ids: "array[int]", leaves: int) -> None:
        """Judge nodes of trees that are not symmetric: their parts lie in the same tree."""
        at = self.table(trees, _STEPS) + 4
        first = 0
        for size in sizes:
            for place in range(size):
                less, more = struct.unpack_from("<HH", self.data, at + _STEP * (first + place))
                _hold(place + max(less, more) < size, "a node leads beyond its tree")
                ends = not (less and more)
                _hold(not ends or ids[first + place] & 0xFFFFFFFF < leaves, "a leaf is beyond all")
            first += size
