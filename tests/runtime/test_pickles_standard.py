"""What Python's own library pickles by calls is let through; what those could run is told."""

import decimal
import itertools
import json
import logging
import os
import pickle
import signal
import socket
import textwrap
import typing
from pathlib import Path

import pytest
from tests.runtime.test_pickles_composed import new

from loadstone.runtime import audited, pickles


def text(word):
    return b"\x8c" + bytes([len(word)]) + word.encode()


def glob(module, name):
    return text(module) + text(name) + b"\x93"


def call(module, name, *args):
    return glob(module, name) + b"(" + b"".join(args) + b"tR"


def started(iterator):
    next(iterator)
    return iterator


def error():
    try:
        json.loads("{")
    except json.JSONDecodeError as found:
        return found


HELD = {
    "a list's": iter([1, 2]),
    "one that began": started(iter([1, 2])),
    "a text's": iter("ab"),
    "a dictionary's": iter({"a": 1}),
    "one from its end": reversed([1, 2]),
    "counted": enumerate(["a"]),
    "pairs": zip([1], [2], strict=True),
    "chained": itertools.chain([1], [2]),
    "chained and begun": started(itertools.chain([1], [2])),
    "a part": itertools.islice([1, 2, 3], 1, 2),
    "one again": itertools.repeat(1, 1 << 40),
    "all again": itertools.cycle([1, 2]),
    "products": started(itertools.product([1, 2], [3])),
    "orders": itertools.permutations([1, 2], 2),
    "choices": started(itertools.combinations([1, 2, 3], 2)),
    "sums": itertools.accumulate([1, 2]),
    "a family": socket.AF_INET,
    "a signal": signal.SIGINT,
    "an error": error(),
    "a state of a file": Path("/").stat(),
    "a size": os.terminal_size((1, 2)),
    "a name": os.uname(),
    "a context": decimal.getcontext(),
    "a format": logging.Formatter("%(message)s"),
    "a record": logging.LogRecord("a", 10, "p", 1, "m", (), None),
    "a wrapper": textwrap.TextWrapper(),
    "a warning": DeprecationWarning("a"),
    "an interrupt": KeyboardInterrupt(),
    "types": int | str,
    "a literal": typing.Literal["a", 1],
    "an option": typing.Optional[int],  # noqa: UP045 - as older code has it
    "a method of a text": "a b".split,
}


@pytest.mark.parametrize("protocol", range(2, 6))
@pytest.mark.parametrize("name", HELD)
def test_it_is_library(name, protocol):
    try:
        data = pickle.dumps(HELD[name], protocol)
    except TypeError:
        pytest.skip("this Python does not pickle it")
    pickle.loads(data)
    assert audited.verdict(pickles.read(data)) == ("library", [])


PRINT = glob("builtins", "print")
FACTORY = call("collections", "defaultdict", PRINT)
SVC = new("sklearn.svm._classes", "SVC")
FOLD = call("functools", "partial", PRINT)
BAD = {
    "what calls a function until it gives a value": call("builtins", "iter", PRINT, b"N"),
    "what goes over an object": call("builtins", "iter", new("argparse", "Namespace")),
    "what goes over one from its end": call("builtins", "reversed", SVC),
    "what counts one": call("builtins", "enumerate", SVC),
    "what adds up by a function": call("itertools", "accumulate", b"]", PRINT),
    "as many as a number says": call("itertools", "combinations", b"]", b"\x8a\x05\0\0\0\0\2"),
    "a list without an end": call("builtins", "list", call("itertools", "cycle", b"](K\1e")),
    "a tuple without an end": call("builtins", "tuple", call("itertools", "cycle", b"](K\1e")),
    "a tuple of a function": call("builtins", "tuple", PRINT),
    "a tuple of an object": call("builtins", "tuple", new("argparse", "Namespace")),
    "another: it never ends": call("collections", "deque", call("itertools", "repeat", b"K\1")),
    "a set of more than there are": call(
        "builtins", "set", call("itertools", "product", b"](K\1e")
    ),
    "a signal that is made": call("signal", "Signals", text("A"), text("B")),
    "an error of a function": call("json.decoder", "JSONDecodeError", text("a"), FOLD, b"K\1"),
    "a state of objects": call("os", "stat_result", new("argparse", "Namespace")),
    "a fold": call("_functools", "reduce", PRINT, b"K\1K\2\x86"),
    "a fold of objects": call("_functools", "reduce", glob("_operator", "or_"), FACTORY + b"\x85"),
    "attributes": call("operator", "attrgetter", text("values")),
    "a method of tables that runs a text": call(
        "operator", "methodcaller", text("eval"), text("a")
    ),
    "a method that is called for a key": call(
        "collections", "defaultdict", call("operator", "methodcaller", text("a"))
    ),
    "a literal of objects": call("_operator", "getitem", glob("typing", "Literal"), FOLD),
    "a text that is formatted by a key": call(
        "builtins", "getattr", text("a"), text("encode"), b"K\1"
    ),
    "what is found by a name": call("builtins", "getattr", text("a"), text("__class__")),
}


@pytest.mark.parametrize("name", BAD)
def test_it_is_told(name):
    assert audited.verdict(pickles.read(b"\x80\4" + BAD[name] + b"."))[0] == "yes"


def test_a_failed_look_at_one_hides_nothing_of_another():
    bad = call("itertools", "chain") + call("builtins", "iter", FOLD) + b"\x85b"
    for held in (bad, b"(" + bad + call("builtins", "list", FOLD) + b"t"):
        assert audited.verdict(pickles.read(b"\x80\4" + held + b"."))[0] == "yes"


def test_small_numbers_of_ml_dtypes_are():
    dtype = call("numpy", "dtype", glob("ml_dtypes", "bfloat16"), b"\x89", b"\x88")

    def filled(*numbers):
        return dtype + b"(K\3" + text("<") + b"NNN" + b"".join(numbers) + b"tb"

    array = glob("numpy._core.multiarray", "_reconstruct") + b"("
    array += glob("numpy", "ndarray") + b"K\0\x85C\1btR(K\1K\2\x85%b\x89C\4abcdtb"
    two, flags = b"K\2", b"K\x40"
    data = b"\x80\4" + array % filled(two, two, flags) + b"."
    assert audited.verdict(pickles.read(data)) == ("library", [])
    for odd in ((b"K\4", two, flags), (two, two, b"K\x3f"), (b"J\xff\xff\xff\xff", two, flags)):
        data = b"\x80\4" + array % filled(*odd) + b"."
        assert audited.verdict(pickles.read(data))[0] == "yes"
    other = dtype.replace(b"\x09ml_dtypes", b"\x09ml_dtypez")
    assert audited.verdict(pickles.read(b"\x80\4" + other + b"."))[0] == "yes"
