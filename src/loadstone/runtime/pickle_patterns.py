"""Patterns of `regex` in a pickle: their code is read as its C does, 2020.6 to 2026.11.

`regex._regex.compile` builds nodes of numbers that it does not check: a body is built again for
each repeat, room is made for the largest group, each body is a recursion, and it does not survive
repeats of nothing or groups that are nowhere.
https://github.com/mrabarnett/mrab-regex/blob/hg/src/_regex.c, `re_compile` and `build_sequence`.
Earlier ones number their operators otherwise; to them these patterns are others, or an error.
"""

from typing import Any, List, Set, Tuple

from .audited_values import PATTERNS, is_inert
from .pickle_scalars import Buffer
from .pickle_trees import plain_bytes
from .pickle_values import Call, ListItems, Pairs, Stream, TupleItems

__all__ = ["COMPILES", "READ", "follow", "is_read"]

READ = "a pattern whose code was read to its end"
COMPILES = PATTERNS[1]
_ARGS = 11  # pattern, flags, code, four tables of names, what is searched first, number of groups
_WORDS = 1 << 15
_NODES = 1 << 15  # that are built of them: C follows these by recursion
_GROUPS = 1000
_CHARACTER = 0x10FFFF
_DEPTH = 60  # bodies within one another
_LONGEST = 5  # bytes of a number

_NAMES = """
FAILURE SUCCESS ANY ANY_ALL ANY_ALL_REV ANY_REV ANY_U ANY_U_REV ATOMIC BOUNDARY BRANCH CALL_REF
CHARACTER CHARACTER_IGN CHARACTER_IGN_REV CHARACTER_REV CONDITIONAL DEFAULT_BOUNDARY
DEFAULT_END_OF_WORD DEFAULT_START_OF_WORD END END_OF_LINE END_OF_LINE_U END_OF_STRING
END_OF_STRING_LINE END_OF_STRING_LINE_U END_OF_WORD FUZZY GRAPHEME_BOUNDARY GREEDY_REPEAT GROUP
GROUP_CALL GROUP_EXISTS KEEP LAZY_REPEAT LOOKAROUND NEXT PROPERTY PROPERTY_IGN PROPERTY_IGN_REV
PROPERTY_REV PRUNE RANGE RANGE_IGN RANGE_IGN_REV RANGE_REV REF_GROUP REF_GROUP_FLD
REF_GROUP_FLD_REV REF_GROUP_IGN REF_GROUP_IGN_REV REF_GROUP_REV SEARCH_ANCHOR SET_DIFF SET_DIFF_IGN
SET_DIFF_IGN_REV SET_DIFF_REV SET_INTER SET_INTER_IGN SET_INTER_IGN_REV SET_INTER_REV SET_SYM_DIFF
SET_SYM_DIFF_IGN SET_SYM_DIFF_IGN_REV SET_SYM_DIFF_REV SET_UNION SET_UNION_IGN SET_UNION_IGN_REV
SET_UNION_REV SKIP START_OF_LINE START_OF_LINE_U START_OF_STRING START_OF_WORD STRING STRING_FLD
STRING_FLD_REV STRING_IGN STRING_IGN_REV STRING_REV FUZZY_EXT
"""
_OPERATORS = tuple(_NAMES.split())
_ENDS = _END, _NEXT, _SUCCESS = [_OPERATORS.index(name) for name in ("END", "NEXT", "SUCCESS")]
_IN_SETS = {
    _OPERATORS.index(name)
    for name in (
        *("ANY_ALL", "CHARACTER", "PROPERTY", "RANGE", "STRING"),
        *("SET_DIFF", "SET_INTER", "SET_SYM_DIFF", "SET_UNION"),
    )
}
_ALONE = ("FAILURE", "PRUNE")
# which of the numbers after an operator are characters
_CHARACTERS = {"CHARACTER": (2,), "RANGE": (2, 3)}
# where bodies follow, after how many numbers, and how many of them at the least and at the most
_BODIES = {
    "ATOMIC": (1, 1, 1),
    "BRANCH": (1, 1, _WORDS),
    "CALL_REF": (2, 1, 1),
    "CONDITIONAL": (3, 2, 3),
    "GREEDY_REPEAT": (3, 1, 1),
    "GROUP": (4, 1, 1),
    "GROUP_EXISTS": (2, 1, 2),
    "LAZY_REPEAT": (3, 1, 1),
    "LOOKAROUND": (3, 1, 1),
}
_UNREAD = ("FUZZY", "FUZZY_EXT")


class _OtherCodeError(ValueError):
    """Raised where the numbers are not the code of a pattern."""


def follow(stream: Stream, buffer: Buffer) -> None:
    """Note of each pattern whose code is one, as the payload of what makes it."""
    for call in stream.calls:
        if call.path != COMPILES or not isinstance(call.args, TupleItems):
            continue
        if len(call.args) == _ARGS and _is_code(plain_bytes(call.args[2], buffer), call.args[10]):
            call.payload = READ


def is_read(call: Call, args: List[Any]) -> bool:
    """Whether a pattern was read, and whether what stands beside its code is what regex keeps."""
    if call.payload is not READ or call.kwargs or call.states or len(args) != _ARGS:
        return False
    whole = all(type(args[at]) is int and abs(args[at]) <= 1 << 40 for at in (1, 7, 9))
    tables = all(isinstance(table, Pairs) for table in args[3:6]) and isinstance(args[6], ListItems)
    first = isinstance(args[8], TupleItems) and all(
        type(one) is int and 0 <= one <= _CHARACTER for one in args[8]
    )
    return whole and tables and first and all(map(is_inert, [args[0], *args[3:7]]))


def _is_code(data: Any, groups: Any) -> bool:
    """Whether bytes are the code of a pattern that costs no more than its size to build."""
    try:
        code = _Code(_words(data)) if isinstance(data, bytes) and type(groups) is int else None
        return code is not None and code.is_read() and 0 <= groups <= len(code.groups)
    except (_OtherCodeError, IndexError):
        return False


def _words(data: bytes) -> List[int]:
    """Return the numbers, of which each byte holds seven bits, and the first is their count."""
    found: List[int] = []
    value = shift = 0
    for byte in data:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            found.append(value)
            value = shift = 0
        elif shift == 7 * _LONGEST:
            raise _OtherCodeError
        if len(found) > _WORDS:
            raise _OtherCodeError
    if shift or not found or found[0] != len(found) - 1 or max(found) >> 32:
        raise _OtherCodeError
    return found[1:]


class _Code:
    """The code of a pattern, and how far it was read. An index beyond its end is no code."""

    def __init__(self, words: List[int]) -> None:
        self.words = words
        self.at = 0
        self.groups: Set[int] = set()
        self.calls: Set[int] = set()
        self.named: List[Tuple[Set[int], int]] = []  # a group or a call, and which

    def is_read(self) -> bool:
        """Whether it is one sequence, with its end, of groups that are counted from one."""
        within = self._sequence(0) <= _NODES and self.words[self.at :] == [_SUCCESS]
        counted = self.groups == set(range(1, len(self.groups) + 1))
        return within and counted and all(number in known for known, number in self.named)

    def _sequence(self, depth: int) -> int:
        """Read operators up to what ends a body, and return how many nodes are built."""
        nodes = 1
        while self.words[self.at] not in _ENDS:
            nodes += self._operator(depth)
            if nodes > _NODES:
                raise _OtherCodeError
        return nodes

    def _operator(self, depth: int) -> int:
        code = self.words[self.at]
        if code >= len(_OPERATORS) or depth > _DEPTH or _OPERATORS[code] in _UNREAD:
            raise _OtherCodeError
        name = _OPERATORS[code]
        if name in _BODIES:
            return self._bodies(name, depth)
        if name.startswith("SET_"):
            return self._set(depth)
        if name.startswith("STRING"):
            return self._string()
        self.at += self._numbers(name)
        return 1

    def _numbers(self, name: str) -> int:
        """Check what follows a plain operator, and return how many words it takes."""
        if name in _ALONE:
            return 1
        kind = name.split("_", 1)[0]
        count = {"CHARACTER": 3, "PROPERTY": 3, "RANGE": 4, "REF": 3}.get(kind, 2)
        held = self.words[self.at : self.at + count]
        if len(held) < count or any(held[one] > _CHARACTER for one in _CHARACTERS.get(kind, ())):
            raise _OtherCodeError
        if kind == "REF":
            self.named.append((self.groups, held[-1]))
        if name == "GROUP_CALL":
            self.named.append((self.calls, held[-1]))
        return count

    def _string(self) -> int:
        length = self.words[self.at + 2]
        held = self.words[self.at + 3 : self.at + 3 + length]
        if len(held) < length or max(held, default=0) > _CHARACTER:
            raise _OtherCodeError
        self.at += 3 + length
        return 1 + length

    def _set(self, depth: int) -> int:
        """Read a set, whose members are no sequence."""
        self.at += 2
        nodes = 1
        while self.words[self.at] in _IN_SETS:
            nodes += self._operator(depth + 1)
        if nodes == 1:
            raise _OtherCodeError
        return nodes + self._ended()

    def _ended(self) -> int:
        if self.words[self.at] != _END:
            raise _OtherCodeError
        self.at += 1
        return 1

    def _bodies(self, name: str, depth: int) -> int:
        """Read an operator with sequences, and return what is built of it, each repeat anew."""
        words, least, most = _BODIES[name]
        given = self.words[self.at + 1 : self.at + words]
        self.at += words
        self._define(name, given)
        nodes, read = self._sequence(depth + 1), 1
        if name.endswith("_REPEAT"):
            if given[0] > given[1] or nodes == 1:
                raise _OtherCodeError
            nodes *= given[0] + 1
        while self.words[self.at] == _NEXT:
            self.at += 1
            nodes += self._sequence(depth + 1)
            read += 1
        if not least <= read <= most:
            raise _OtherCodeError
        return nodes + 3 + self._ended()

    def _define(self, name: str, given: List[int]) -> None:
        """Note which group or call an operator makes, each once, or names."""
        if name == "GROUP_EXISTS" and given[0]:
            self.named.append((self.groups, given[0]))
        if name not in ("GROUP", "CALL_REF"):
            return
        known, number = (self.groups, given[1]) if name == "GROUP" else (self.calls, given[0])
        if number in known or max(given) > _GROUPS:
            raise _OtherCodeError
        known.add(number)
