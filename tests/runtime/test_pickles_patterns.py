"""Patterns of `regex` are let through where their code is one that its C builds for their size.

Codes of the others ended the process when they were opened, or took its memory.
"""

import pickle
import random

import pytest

from loadstone.runtime import audited, pickles
from loadstone.runtime.pickle_patterns import _words

regex = pytest.importorskip("regex")

PATTERNS = [
    r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
    r"<\|startoftext\|>|'s|'t|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+",
    r"(?i)\b(foo|bar){2,5}(?P<x>z)?(?(x)a|b)",
    r"(?r)a.*?b",
    r"(a(?R)?b)|(?P<n>c)\g<n>(?&n)",
    r"\X+\m\w+\M|(?>a+)b|(?<=x)y(?=z)(?!q)",
    r"[[a-z]--[aeiou]]+|[[a-z]&&[^x]~~[0-9]]",
    r"(?(?=a)ab|cd)|^a$|\Ab\Z|(?m)^x$|(?fi)straße",
    r"(?:a{30}){30}",
    "x" * 300,
    "",
    r"\w+|[^\w\s]+",
    rb"ab[c-e]+",
]
WORDS = regex.compile(r"\L<words>", words=["ab", "cd"])


def verdict(data):
    return audited.verdict(pickles.read(data))[0]


def packed(words):
    """Return a code as it is kept: seven bits a byte, their number first."""
    out = bytearray()
    for word in (len(words), *words):
        sevens = [word >> shift & 0x7F for shift in range(0, max(word.bit_length(), 1), 7)]
        out += bytes([*(one | 0x80 for one in sevens[:-1]), sevens[-1]])
    return bytes(out)


class Compiles:
    """A pattern of one's own code, and of what stands beside it."""

    def __init__(self, args):
        self.args = args

    def __reduce__(self):
        return regex._regex.compile, tuple(self.args)


def changed(pattern, code=None, **beside):
    args = list(regex.compile(pattern)._pickled_data)
    args[2] = packed(code) if code is not None else args[2]
    for name, value in beside.items():
        args[int(name.removeprefix("at"))] = value
    return pickle.dumps(Compiles(args), 4)


@pytest.mark.parametrize("protocol", range(2, 6))
@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_is(pattern, protocol):
    assert verdict(pickle.dumps(regex.compile(pattern), protocol)) == "library"


@pytest.mark.parametrize("protocol", range(2, 6))
def test_a_pattern_of_words_and_its_methods_are(protocol):
    held = [WORDS, regex.compile("a").findall, {"token_pattern": WORDS.sub}]
    assert verdict(pickle.dumps(held, protocol)) == "library"


def test_what_is_counted_costs_no_more_than_its_size():
    """Bodies are built again for each repeat, and again for each that these stand in."""
    assert verdict(pickle.dumps(regex.compile("(?:a{100}){100}"))) == "library"
    assert verdict(pickle.dumps(regex.compile("(?:(?:a{30}){30}){30}"))) == "yes"


def test_code_that_is_none_is_told():
    args = regex.compile("(a)(?:b)+")._pickled_data
    words = _words(args[2])
    assert verdict(changed("(a)(?:b)+", words)) == "library"
    codes = {
        "without its end": words[:-1],
        "after its end": [*words, 1],
        "another operator": [900, *words],
        "fuzzy": [27, *[0] * 13, *words],
        "no code": [],
        "a repeat of nothing": [29, 0, 5, 20, 1],
        "fewer than it says": [78, 0, 90, 97, 1],
        "a group that is nowhere": [46, 1, 1, 1],
        "the group before the first": [46, 1, 0, 1],
        "a call that is nowhere": [31, 0, 1],
        "room for many groups": [30, 1, 4 << 20, 1, 12, 1, 97, 20, 1],
        "no character": [12, 1, 1 << 21, 1],
        "as deep as it goes": [8] * 100 + [12, 1, 97] + [20] * 100 + [1],
    }
    for name, code in codes.items():
        assert verdict(changed("a", code)) == "yes", name


@pytest.mark.parametrize(
    "beside",
    [
        {"at10": 9},  # more groups than there are: C writes beyond them
        {"at10": -1},
        {"at1": "a"},
        {"at3": [1]},
        {"at5": None},
        {"at8": ("a",)},
        {"at2": b"\x81"},
        {"at2": b"\x02\x01"},
        {"at2": b"\x01\xff\xff\xff\xff\x7f"},
        {"at2": [1]},
    ],
)
def test_what_stands_beside_the_code_is_looked_at(beside):
    assert verdict(changed("a", **beside)) == "yes"


def test_codes_that_are_let_through_are_built():
    """Codes that are changed at random are told, or regex builds them."""
    draw = random.Random(0)
    built = 0
    for _ in range(3000):
        args = list(regex.compile(draw.choice(PATTERNS[:8]))._pickled_data)
        words, others = (
            _words(args[2]),
            _words(regex.compile(draw.choice(PATTERNS))._pickled_data[2]),
        )
        at, start = draw.randrange(len(words)), draw.randrange(len(others))
        how = draw.randrange(4)
        if how == 0:
            words[at] = draw.choice([0, 1, 2, 20, 36, draw.randrange(81), 1 << 21])
        elif how == 1:
            del words[at]
        else:
            words[at : at + how - 2] = others[start : start + draw.randrange(1, 30)]
        args[2] = packed(words)
        if verdict(pickle.dumps(Compiles(args), 4)) == "library":
            built += isinstance(regex._regex.compile(*args), regex.Pattern)
    assert built > 100
