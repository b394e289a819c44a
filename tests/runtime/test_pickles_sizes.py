"""What a few numbers of a pickle would make of memory and time is told."""

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
    ],
)
@pytest.mark.parametrize("protocol", range(6))
def test_what_python_writes_is_not(value, protocol):
    assert audited.verdict(pickles.read(pickle.dumps(value, protocol)))[0] in ("no", "library")


def test_values_that_stand_in_each_other_are_no_keys():
    assert judged(b"}K\x00" + DOUBLED + b"s") == ("no", [])
