"""What a few numbers of a pickle would make of memory and time is told."""

import argparse
import itertools
import logging
import pickle

import pytest

from loadstone.runtime import audited, pickles

LARGE = 1 << 33


def text(word):
    return b"\x8c" + bytes([len(word)]) + word.encode()


def number(value):
    data = value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True)
    return b"\x8a" + bytes([len(data)]) + data


def call(module, name, *args):
    return text(module) + text(name) + b"\x93(" + b"".join(args) + b"tR"


def judged(body):
    return audited.verdict(pickles.read(b"\x80\4" + body + b"."))


RANGE = call("builtins", "range", number(LARGE))
DTYPE = call("numpy", "dtype", text("S999999999"), b"\x89", b"\x88")
DOUBLED = b"K\x01K\x02\x86" + b"2\x86" * 40
PARTIAL = call(
    "functools", "partial", text("builtins") + text("bytearray") + b"\x93", number(LARGE)
)


ARRAY = (
    call(
        "numpy.core.multiarray",
        "_reconstruct",
        text("numpy") + text("ndarray") + b"\x93",
        b"K\0\x85",
        b"C\1b",
    )
    + b"(K\1J\0\0\x10\0\x85"
    + call("numpy", "dtype", text("u1"), b"\x89", b"\x88")
    + b"\x89B\0\0\x10\0"
    + bytes(1 << 20)
    + b"tb\x940"
)
LARGE_EDGE = number(1 << 27) + b"K\0\x86"
BITS = b"C\x0e" + b"\xe0\xff\xff\xff\xff\xff\xff\xff\1\0\0\0\6x"
SHORT = call("builtins", "range", number(1 << 23))
MANY = b"](" + b"K\1" * 200_000 + b"e\x940"
MANY_NAMES = b"}(" + b"".join(text(f"a{i}") + b"N" for i in range(10_000)) + b"u\x940"


def listed(part, count=1000):
    return b"](" + part * count + b"e"


@pytest.mark.parametrize(
    "body",
    {
        "bytes": call("builtins", "bytearray", number(LARGE)),
        "bytes of Python 2": call("__builtin__", "bytearray", number(LARGE)),
        "many bytes": b"]("
        + b"".join(call("builtins", "bytes", number(1 << 24)) for _ in range(40))
        + b"e",
        "bytes of a partial": PARTIAL + b")R",
        "bytes by a word": call("dill._dill", "_load_type", text("bytes"))
        + number(LARGE)
        + b"\x85R",
        "an array of a range": call("array", "array", text("i"), RANGE),
        "an index of a range": call(
            "pandas.core.indexes.base",
            "_new_Index",
            text("pandas.core.indexes.base") + text("Index") + b"\x93",
            b"}" + text("data") + RANGE + b"s",
        ),
        "a range to below": call(
            "array", "array", text("i"), call("builtins", "range", number(-LARGE))
        ),
        "a text of numpy's": call("numpy.core.multiarray", "scalar", DTYPE),
        "a graph": call("igraph", "Graph", number(LARGE)),
        "a graph by its edges": call("igraph", "Graph", b"K\1", b"](" + LARGE_EDGE + b"e"),
        "bits by their bytes": call("rdkit.DataStructs.cDataStructs", "ExplicitBitVect", BITS),
        "indexes of ranges": listed(
            call(
                "pandas.core.indexes.base",
                "_new_Index",
                text("pandas.core.indexes.base") + text("Index") + b"\x93",
                b"}" + text("data") + SHORT + b"s",
            )
        ),
        "arrays of ranges": listed(call("array", "array", text("d"), SHORT)),
        "pools of ranges": listed(call("itertools", "product", SHORT)),
        "a pool without an end": call("itertools", "product", call("itertools", "cycle", b"]K\1a")),
        "a pool of one": call("itertools", "combinations", call("itertools", "repeat", b"K\1")),
        "places of more than a pool has": call(
            "itertools", "permutations", b"K\1\x85", number(1 << 20)
        ),
        "copies of a list": MANY + listed(text("builtins") + text("list") + b"\x93h\0\x85R"),
        "copies of a tuple": MANY + listed(text("builtins") + text("tuple") + b"\x93h\0\x85R"),
        "pools of a list": MANY
        + text("itertools")
        + text("product")
        + b"\x93("
        + b"h\0" * 1000
        + b"tR",
        "copies of bytes": b"B\0\0\x10\0"
        + bytes(1 << 20)
        + b"\x940"
        + listed(text("builtins") + text("bytearray") + b"\x93h\0\x85R"),
        "tensors of one array": ARRAY
        + listed(
            text("tensorflow.python.framework.ops") + text("convert_to_tensor") + b"\x93h\0\x85R"
        ),
        "indexes of one array": ARRAY
        + listed(
            text("pandas.core.indexes.base")
            + text("_new_Index")
            + b"\x93"
            + text("pandas.core.indexes.base")
            + text("Index")
            + b"\x93}"
            + text("data")
            + b"h\0s\x86R"
        ),
        "objects that share a large state": MANY_NAMES
        + listed(text("types") + text("SimpleNamespace") + b"\x93)Rh\0b"),
        "a logger of many parts": call(
            "logging", "getLogger", b"X" + (4000).to_bytes(4, "little") + b"a." * 2000
        ),
        "a key that is hashed often": b"("
        + b"K\1" * 100_000
        + b"t\x940}("
        + b"h\0N" * 20_000
        + b"u",
        "a key of parts in parts": b"}" + DOUBLED + b"K\x00s",
        "an item of parts in parts": b"\x8f(" + DOUBLED + b"\x90",
        "one that a call hashes": call("builtins", "frozenset", b"]" + DOUBLED + b"a"),
    }.values(),
)
def test_numbers_that_make_much_are_told(body):
    assert judged(body)[0] == "yes"


@pytest.mark.parametrize(
    "value",
    [
        bytearray(1000),
        range(1 << 40),  # which is kept, and holds three numbers
        {(1, (2, (3, "x"))): 0, ((1, 2), (1, 2)): 1},
        [range(5), slice(0, 1 << 40)],
        {frozenset([(1, 2), (3, 4)])},
        tuple([((1, 2),)] * 5),
        [itertools.product(range(3), "ab"), itertools.permutations([1, 2, 3], 2)],
        [itertools.combinations([1, 2, 3], 2), itertools.permutations("ab")],
        [argparse.Namespace(a=1)] * 1000,
        [argparse.Namespace(**dict.fromkeys("abcdefghijklm", n)) for n in range(1000)],
        argparse.Namespace(rows=range(1 << 23), more=[range(1 << 23)] * 9),
        logging.getLogger("a.b.c"),
    ],
)
@pytest.mark.parametrize("protocol", range(6))
def test_what_python_writes_is_not(value, protocol):
    assert audited.verdict(pickles.read(pickle.dumps(value, protocol)))[0] in ("no", "library")


def test_values_that_stand_in_each_other_are_no_keys():
    assert judged(b"}K\x00" + DOUBLED + b"s") == ("no", [])
