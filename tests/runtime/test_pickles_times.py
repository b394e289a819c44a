"""Tables whose keys collide, and patterns that take long, are told; real tables are not."""

import collections
import datetime as dt
import decimal
import fractions
import json
import pickle
import random
import re
import subprocess
import sys
import time
import uuid

import numpy as np
import pytest

from loadstone.runtime import audited, pickles

PRIME = sys.hash_info.modulus
MANY = 2000
COLLIDE = ["what fills a table with keys whose hashes collide"]
LONG = ["what compiles patterns for longer than a few seconds"]
DRAWN = random.Random(0)
# fills a table, and says how long that took
LOADS = (
    "import json, pickle, sys, time; data = sys.stdin.buffer.read(); begun = time.process_time(); \
pickle.loads(data); print(json.dumps(time.process_time() - begun))"
)


def made(key):
    return pickle.dumps(key, 2)[2:-1]


def dict_of(keys):
    return b"\x80\4}(" + b"".join(made(key) + b"N" for key in keys) + b"u."


def dict_of_one_each(keys):
    return b"\x80\4}" + b"".join(made(key) + b"Ns" for key in keys) + b"."


def old_dict_of(keys):
    return b"\x80\4(" + b"".join(made(key) + b"N" for key in keys) + b"d."


def set_of(keys):
    return b"\x80\4\x8f(" + b"".join(map(made, keys)) + b"\x90."


def frozenset_of(keys):
    return b"\x80\4(" + b"".join(map(made, keys)) + b"\x91."


def called_of(name):
    return lambda keys: (
        pickle.dumps([])[:0]
        + (
            b"\x80\2c"
            + name.replace(".", "\n").encode()
            + b"\n]("
            + b"".join(map(made, keys))
            + b"e\x85R."
        )
    )


def counter_of(keys):
    return (
        b"\x80\4ccollections\nCounter\n}(" + b"".join(made(k) + b"K\1" for k in keys) + b"u\x85R."
    )


def filled_of(keys):
    return (
        b"\x80\4ccollections\nOrderedDict\n)R(" + b"".join(made(key) + b"N" for key in keys) + b"u."
    )


TABLES = {
    "dict": dict_of,
    "dict, one each": dict_of_one_each,
    "dict of protocol 0": old_dict_of,
    "set": set_of,
    "frozenset": frozenset_of,
    "set of a list": called_of("builtins.set"),
    "set of Python 2": called_of("__builtin__.set"),
    "counter": counter_of,
    "ordered": filled_of,
}
HUGE = [7 + at * PRIME for at in range(MANY)]
KEYS = {
    "numbers": HUGE,
    "below zero": [-number for number in HUGE],
    "pairs": [("a", number) for number in HUGE],
    "pairs of pairs": [("a", (number, None)) for number in HUGE],
    "sets": [frozenset([number]) for number in HUGE],
    "decimals": [decimal.Decimal(number) for number in HUGE],
    "fractions": [fractions.Fraction(number, 5) for number in HUGE],
    "universal": [uuid.UUID(int=number) for number in HUGE],
    "nothing that is a number": [float("nan") for _ in HUGE],
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_a_table_of_numbers_that_collide_is_told(table):
    data = table(HUGE)
    assert len(pickle.loads(data)) == MANY
    assert audited.verdict(pickles.read(data)) == ("yes", COLLIDE)


@pytest.mark.parametrize("keys", KEYS.values(), ids=KEYS)
def test_keys_that_collide_are_told(keys):
    assert audited.verdict(pickles.read(dict_of(keys))) == ("yes", COLLIDE)
    assert audited.verdict(pickles.read(set_of(keys))) == ("yes", COLLIDE)


def test_different_hashes_that_lead_to_the_same_places_are_told():
    mask, at, held = (1 << 14) - 1, 0, {}
    while len(held) < 10000:  # each at its own place: a run in the order in which a dict walks
        held[at] = None
        at = (at * 5 + 1) & mask
    keys = list(held)
    taken = set(held)
    while len(keys) < 10500:
        key = rest = DRAWN.getrandbits(60)
        at, walked = key & mask, 0
        while at in taken:
            walked += 1
            rest >>= 5
            at = (at * 5 + rest + 1) & mask
        if walked > 1000:  # it was led into the run
            keys.append(key)
            taken.add(at)
    assert len({hash(key) for key in keys}) == len(keys)
    assert audited.verdict(pickles.read(dict_of(keys))) == ("yes", COLLIDE)
    assert audited.verdict(pickles.read(dict_of(keys[:10000])))[0] == "no"


GENUINE = {
    "numbers from 0": range(30000),
    "numbers in any order": DRAWN.sample(range(30000), 30000),
    "numbers drawn": [DRAWN.getrandbits(40) for _ in range(30000)],
    "numbers of 62 bits": [DRAWN.getrandbits(62) for _ in range(30000)],
    "each 1024th": range(0, 1024 * 30000, 1024),
    "powers of two": [1 << at for at in range(1000)],
    "in high bits": [at << 44 for at in range(30000)],
    "below zero": range(-30000, 0),
    "times": [1_600_000_000_000_000_000 + at * 86_400_000_000_000 for at in range(30000)],
    "halves": [at / 2 for at in range(30000)],
    "tenths": [at / 10 for at in range(30000)],
    "pairs": [(at // 200, at % 200) for at in range(30000)],
    "words and numbers": [("word", at) for at in range(30000)],
    "days": [dt.date(1960, 1, 1) + dt.timedelta(at) for at in range(3000)],
    "decimals": [decimal.Decimal(at) / 100 for at in range(3000)],
    "universal": [uuid.UUID(int=DRAWN.getrandbits(128)) for _ in range(3000)],
    "numbers of numpy's": [np.int64(at * 64) for at in range(3000)],
    "floats of numpy's": [np.float32(at / 4) for at in range(3000)],
    "sets": [frozenset([at, at + 1]) for at in range(3000)],
    "mixed": [*range(3000), *map(str, range(3000)), None, True],
}


@pytest.mark.parametrize("keys", GENUINE.values(), ids=GENUINE)
def test_real_tables_are_left_alone(keys):
    for made_of in (dict.fromkeys(keys), set(keys), frozenset(keys)):
        word, calls = audited.verdict(pickles.read(pickle.dumps(made_of, 4)))
        assert (word in ("no", "library"), calls) == (True, [])


def test_a_counter_of_many_that_are_equal_is_left_alone():
    data = called_of("collections.Counter")([(at % 50, "word") for at in range(20000)])
    assert pickle.loads(data) == collections.Counter((at % 50, "word") for at in range(20000))
    assert audited.verdict(pickles.read(data)) == ("library", [])


def test_what_is_told_takes_long():
    data = dict_of([7 + at * PRIME for at in range(12000)])
    plain = dict_of([(7 + at * PRIME) * 2**70 + at for at in range(12000)])
    spent = [
        json.loads(
            subprocess.run(
                [sys.executable, "-c", LOADS], input=stream, capture_output=True, check=True
            ).stdout
        )
        for stream in (data, plain)
    ]
    assert spent[0] > 10 * spent[1]
    begun = time.process_time()
    assert audited.verdict(pickles.read(data))[0] == "yes"
    assert time.process_time() - begun < 2
    assert audited.verdict(pickles.read(plain))[0] == "no"


PATTERNS = {
    "of wide ranges": "(?i)" + "[!-\uffff]" * 1000,
    "of wide ranges as escapes": "(?i)" + r"[\u0021-\uffff]" * 1000,
    "of ranges behind a backslash": "(?i)" + r"[\\uff010-\uffff]" * 1000,
    "of ranges from an octal number": "(?i)" + r"[\1-\uffff]" * 1000,
    "of sets of wide letters": "[a\u0101\u3333]" * 20000,
    "long": "ab" * 1_000_000,
}


@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS)
def test_patterns_that_take_long_are_told(pattern):
    data = b"\x80\4cre\n_compile\n(" + made(pattern) + b"K\0tR."
    assert audited.verdict(pickles.read(data)) == ("yes", LONG)


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?u)\b\w\w+\b",
        "(a+)+$",  # slow to match, and not to compile: nothing matches it while it is opened
        "[\u4e00-\u9fff\u3040-\u30ff\uac00-\ud7af]+" * 100,
        "[" + r"\u2190-\u21ff\U0001f300-\U0001f5ff" * 1000 + "]",
        "|".join(f"word{at}-{at}" for at in range(20000)),
        b"[\0-\xff]+" * 1000,
    ],
)
def test_real_patterns_are_left_alone(pattern):
    data = pickle.dumps(re.compile(pattern), 4)
    assert audited.verdict(pickles.read(data)) == ("library", [])
