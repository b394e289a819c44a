"""Judges how long the tables and patterns take that opening a pickle makes.

Keys whose hashes lead to the same places make a dict or a set look at all of them for each: a
hundred thousand numbers take minutes. So what CPython 3.7 and later do with the hashes is counted,
place by place. Hashes of texts and bytes differ from run to run, and nobody chooses them.
"""

import re
import struct
from typing import Any, Dict, Iterator, List, Optional, Sequence, Tuple

from .audited_dill import listed
from .pickle_values import (
    FEW,
    PLAIN_KEYS,
    Blob,
    Call,
    FrozenSetItems,
    Items,
    Pairs,
    Stream,
    TupleItems,
)

__all__ = ["too_long"]

_LOOKED, _LOOKED_OF = 1 << 18, 40  # places that all keys may lead to, and those of each
_DEPTH = 20  # of keys inside keys
_WORD = (1 << 64) - 1
_PRIME = (1 << 61) - 1  # what numbers are hashed by
_UNEQUAL = 8  # places that it counts for that two keys of one hash are not equal
_NEIGHBOURS = 9  # places that a set looks at before it goes on
_DIGITS = 640
_LARGE = 50000  # items from which a set grows by half as much
_COMPILED = 1 << 25  # steps that patterns may take: two seconds, as was measured
_LETTER, _WIDE, _RANGE = 24, 2048, 1 << 16  # steps of a letter, of a set of wide ones, of a range
_SCALARS = ("numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar")
_DECIMALS = ("decimal.Decimal", "_decimal.Decimal", "cdecimal.Decimal")
_COMPLEX = ("builtins.complex", "__builtin__.complex")
_MOST = 1e300
_FLOATS = {"f8": "d", "f4": "f", "f2": "e"}
_SETS = ("set", "frozenset")
_COUNTING = (*_SETS, "Counter")
_MAPPING = ("OrderedDict", "defaultdict", "dict")
_MAY_BE_WIDE = re.compile(r"[^\x00-\xff]|\\[uUN]")
_BEFORE = re.compile(r"\\(x..|u.{4}|U.{8}|N\{.*|[0-7]{1,3}|.)\Z", re.DOTALL)
_BEHIND = re.compile(r"\\(x..|u.{4}|U.{8}|N|.)", re.DOTALL)


def too_long(stream: Stream) -> Iterator[str]:
    """Yield what fills tables with keys that lead to the same places, and what long patterns do."""
    hashes = _Hashes()
    looked = keys = 0
    for held, is_set in _tables(stream):
        if _is_plain(held):
            continue
        keys += len(held)
        most = _LOOKED + _LOOKED_OF * keys
        looked += (_in_set if is_set else _in_dict)(held, hashes, most - looked)
        if looked > most:
            yield "what fills a table with keys whose hashes collide"
            break
    steps = sum(_steps(call) for call in stream.calls if call.path == "re._compile")
    if steps > _COMPILED:
        yield "what compiles patterns for longer than a few seconds"


def _tables(stream: Stream) -> Iterator[Tuple[Sequence[Any], bool]]:
    """Yield the keys of all tables that are not small, and whether they are a set's."""
    seen = set()
    for table in stream.tables:
        if id(table) in seen:
            continue
        seen.add(id(table))
        if isinstance(table, Pairs):
            yield [key for key, _ in table], False
        elif isinstance(table, Items):
            yield table, True
        else:
            yield [key for key, _ in table.pairs], False
            yield table.added, True
    for call in stream.calls:
        name = (call.path or "").rpartition(".")[2]
        for held in listed(call) if name in (*_COUNTING, *_MAPPING) else ():
            if not isinstance(held, Items) or isinstance(held, Pairs) or len(held) <= FEW:
                continue
            if name in _MAPPING:
                yield [pair[0] for pair in held if isinstance(pair, TupleItems) and pair], False
            else:
                yield held, name in _SETS


def _is_plain(keys: Sequence[Any]) -> bool:
    """Whether no key leads to the place of another, or nobody chooses the places."""
    if len(keys) <= FEW:
        return True
    kinds = set(map(type, keys))
    if kinds <= {str, bytes, Blob, type(None), bool}:
        return True
    return kinds == {int} and list(keys) == list(range(keys[0], keys[0] + len(keys)))


def _in_dict(keys: Sequence[Any], hashes: "_Hashes", most: int) -> int:
    """Return at how many places a dict looks while it is filled, or more than the most."""
    found = hashes.all(keys)
    held: List[int] = []
    places, mask, looked = [-1] * 8, 7, 0
    for number, one in enumerate(found):
        at = one & mask
        here = places[at]
        if here >= 0:
            rest = one & _WORD
            while here >= 0 and not (found[here] == one and hashes.same(keys[here], keys[number])):
                looked += 1
                rest >>= 5
                at = (at * 5 + rest + 1) & mask
                here = places[at]
            if looked + hashes.compared > most:
                return most + 1
            if here >= 0:
                continue
        places[at] = number
        held.append(number)
        if len(held) >= (mask + 1) * 2 // 3:
            size = _size(len(held) * 3)
            places, mask = [-1] * size, size - 1
            for moved in held:
                at = found[moved] & mask
                if places[at] >= 0:
                    rest = found[moved] & _WORD
                    while places[at] >= 0:
                        looked += 1
                        rest >>= 5
                        at = (at * 5 + rest + 1) & mask
                    if looked > most:
                        return looked
                places[at] = moved
    return looked


def _in_set(keys: Sequence[Any], hashes: "_Hashes", most: int) -> int:
    """Return at how many places a set looks while it is filled, or more than the most.

    It looks at a few neighbours of a place before it goes on, which counts as one.
    """
    found = hashes.all(keys)
    held: List[int] = []
    places, there, looked = [-1] * 8, [0] * 8, 0
    for number, one in enumerate(found):
        for at, end in _walk(one, len(places) - 1):
            near = places[at:end]
            if one in there[at:end] and any(
                here >= 0 and found[here] == one and hashes.same(keys[here], keys[number])
                for here in near
            ):
                break
            if -1 in near:
                free = at + near.index(-1)
                places[free], there[free] = number, one
                held.append(number)
                break
            looked += 1
            if looked + hashes.compared > most:
                return most + 1
        if len(held) * 5 >= (len(places) - 1) * 3:
            size = _size(len(held) * (2 if len(held) > _LARGE else 4) + 1)
            places, there = [-1] * size, [0] * size
            for moved in held:
                for at, end in _walk(found[moved], size - 1):
                    if -1 in places[at:end]:
                        free = places.index(-1, at, end)
                        places[free], there[free] = moved, found[moved]
                        break
                    looked += 1
                    if looked > most:
                        return looked
    return looked


def _walk(one: int, mask: int) -> Iterator[Tuple[int, int]]:
    """Yield the places that a set looks at for a hash: from which to which."""
    at, rest = one & mask, one & _WORD
    while True:
        yield at, at + 1 + (_NEIGHBOURS if at + _NEIGHBOURS <= mask else 0)
        rest >>= 5
        at = (at * 5 + rest + 1) & mask


def _size(least: int) -> int:
    """Return how many places a table has that needs at least so many."""
    return max(8, 1 << (least - 1).bit_length())


class _Hash:
    """What has the hash that it is given."""

    __slots__ = ("found",)

    def __init__(self, found: int) -> None:
        self.found = found

    def __hash__(self) -> int:
        return self.found


class _Hashes:
    """The hashes of keys, as Python would take them of what they stand for."""

    def __init__(self) -> None:
        self.known: Dict[int, int] = {}
        self.compared = 0

    def all(self, keys: Sequence[Any]) -> List[int]:
        """Return the hashes of all keys of a table."""
        if PLAIN_KEYS.issuperset(map(type, keys)) and not any(key != key for key in keys):  # noqa: PLR0124 - as below
            return list(map(hash, keys))
        return [self.of(key) for key in keys]

    def of(self, key: Any, depth: int = 0) -> int:
        """Return the hash of a key; of what a library makes, one of all that it is made of."""
        if type(key) in PLAIN_KEYS:
            return 0 if key != key else hash(key)  # noqa: PLR0124 - no number: its hash is 0 before 3.10
        found = self.known.get(id(key))
        if found is None:
            self.known[id(key)] = 0  # of what holds itself
            found = self.known[id(key)] = self._of(key, depth)
        return found

    def _of(self, key: Any, depth: int) -> int:
        if depth > _DEPTH:
            return 0
        if isinstance(key, FrozenSetItems):
            mixed = 0
            for part in key:
                one = self.of(part, depth + 1)
                mixed ^= ((one ^ 89869747) ^ (one << 16)) * 3644798167 & _WORD
            return hash(mixed)
        if isinstance(key, Items):
            parts = [part for pair in key for part in pair] if isinstance(key, Pairs) else key
            return hash(tuple([_Hash(self.of(part, depth + 1)) for part in parts]))
        if not isinstance(key, Call):
            return hash(id(key))
        number = _number(key)
        if number is not None:
            return hash(number)
        parts = [key.path, key.args, *key.states]
        return hash(tuple([_Hash(self.of(part, depth + 1)) for part in parts]))

    def same(self, one: Any, other: Any) -> bool:
        """Whether two keys of one hash are equal, as far as what they are made of says."""
        waiting = [(one, other)]
        while waiting:
            one, other = waiting.pop()
            self.compared += 1
            inside = () if one is other else self._inside(one, other)
            if inside is None:
                self.compared += _UNEQUAL
                return False
            waiting += inside
        return True

    def _inside(self, one: Any, other: Any) -> Optional[Sequence[Tuple[Any, Any]]]:
        """Return what of two keys has to be equal if they are; None where they are not."""
        if type(one) in PLAIN_KEYS and type(other) in PLAIN_KEYS:
            return () if one == other else None
        if type(one) is not type(other) or self.of(one) != self.of(other):
            return None
        parts = (list(one), list(other)) if isinstance(one, (TupleItems, FrozenSetItems)) else None
        if isinstance(one, Call) and one.path == other.path:
            parts = ([one.args, *one.states], [other.args, *other.states])
        if parts is None or len(parts[0]) != len(parts[1]):
            return None
        return list(zip(*parts))  # noqa: B905 `strict` came with 3.10


def _number(call: Call) -> Any:
    """Return what is hashed as the number that it is; None where it is none."""
    args = listed(call)
    if call.path in _SCALARS and len(args) == 2:
        return _scalar(args[0], args[1])
    if call.path == "uuid.UUID":
        held = [state.get("int") for state in call.states if isinstance(state, Pairs)]
        return held[0] if held and type(held[0]) is int else None
    if call.path in _DECIMALS and args:
        return _decimal(args[0])
    if call.path == "fractions.Fraction" and args:
        return _fraction(args)
    if call.path in _COMPLEX and len(args) == 2:
        real = all(type(part) in (int, float) and abs(part) < _MOST for part in args)
        return complex(*args) if real else None
    return None


def _scalar(kind: Any, data: Any) -> Any:
    """Return a number of numpy's."""
    words = listed(kind)[:1] if isinstance(kind, Call) else []
    word = str(words[0]) if words else ""
    if type(data) is not bytes:
        return None
    if word[:1] in ("i", "u"):
        return int.from_bytes(data, "little", signed=word[0] == "i")
    form = "<" + _FLOATS.get(word, "x")
    return (
        struct.unpack(form, data)[0]
        if form != "<x" and struct.calcsize(form) == len(data)
        else None
    )


def _decimal(text: Any) -> Any:
    import decimal  # slow to import, and seldom met

    try:
        found = decimal.Decimal(text if type(text) is str and len(text) <= _DIGITS else 0)
    except decimal.InvalidOperation:
        return None
    return found if found.is_finite() else 0


def _fraction(args: List[Any]) -> int:
    """Return what has the hash of a fraction, of two numbers or a text; 0 where it is unclear."""
    if type(args[0]) is str:
        args = args[0][:_DIGITS].split("/")
    try:
        above, below = (int(part) for part in (*args, 1)[:2])
    except (TypeError, ValueError):
        return 0
    return above * pow(below, _PRIME - 2, _PRIME) % _PRIME


def _steps(call: Call) -> int:
    """Return how many steps a pattern takes at most to be compiled."""
    text = (listed(call) or [""])[0]
    if isinstance(text, Call):  # bytes, as protocols 0 to 2 write them
        text = (listed(text) or [""])[0]
    if isinstance(text, Blob):
        return text.length * _LETTER
    if not isinstance(text, (str, bytes)):
        return 0
    steps = len(text) * _LETTER
    if isinstance(text, bytes) or not _MAY_BE_WIDE.search(text):
        return steps
    steps += text.count("[") * _WIDE
    at = text.find("-")
    while at >= 0 and steps <= _COMPILED:
        steps += _width(text, at)
        at = text.find("-", at + 1)
    return steps


def _width(text: str, at: int) -> int:
    """Return how many letters a range may have whose dash stands at a place."""
    behind = _BEHIND.match(text, at + 1)
    last = _RANGE if behind and behind.group(1)[0] in "xuUN01234567" else 0
    if behind and last:
        last = _letter(behind.group(1), _RANGE)
    last = max([last, *map(ord, text[at + 1 : at + 2])])
    before = _BEFORE.search(text, max(0, at - 40), at)
    if before and _escapes(text, before.start()):
        first = _letter(before.group(1), 0)
    else:
        first = ord(text[at - 1]) if at else 0
    return max(0, min(last, _RANGE) - first)


def _escapes(text: str, at: int) -> bool:
    """Whether a backslash is not what another one before it escapes."""
    first = at
    while first and text[first - 1] == "\\":
        first -= 1
    return (at - first) % 2 == 0


def _letter(escape: str, other: int) -> int:
    """Return the number of the letter that an escape with digits stands for."""
    try:
        return int(escape[1:], 16) if escape[0] in "xuU" else other
    except ValueError:
        return other
