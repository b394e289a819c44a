"""Everyday pickles that alarmed when they were first met, and beside each what it is near to.

The neighbour is made of the same names, and would run a method of a library: it is never `library`.
"""

import pickle

import numpy as np
import pytest
from tests.runtime.test_pickles_gadgets import (
    NAMESPACE,
    RIDGE,
    WORDS,
    build,
    call,
    glob,
    new,
    pairs,
    several,
    text,
)

from loadstone.runtime import audited, pickles

NUMBER = call("numpy", "dtype", text("f8"), b"\x89", b"\x88")
OBJECTS = call("numpy", "dtype", text("O"), b"\x89", b"\x88")
ARRAY = glob("numpy", "ndarray")
MULTI = "numpy.core._multiarray_umath"


def listed(*items):
    return b"](" + b"".join(items) + b"e"


def verdict(data):
    return audited.verdict(pickles.read(b"\x80\4" + data + b"."))[0]


def masked(dtype, raw, missing=b"N"):
    """Return a masked array, as a search over parameters holds it."""
    empty = several(b"K\0")
    made = call(
        "numpy.ma.core", "_mareconstruct", glob("numpy.ma.core", "MaskedArray"), ARRAY, empty,
        call("_codecs", "encode", text("b"), text("latin1")),
    )  # fmt: skip
    return made + several(b"K\1", several(b"K\1"), dtype, b"\x89", raw, b"C\1\0", missing) + b"b"


def by_dill(module, name, *args):
    """Return a call of a compiled function, as dill names it."""
    held = call("dill._dill", "_import_module", text(module))
    func = call("dill._dill", "_get_attr", held, text(name))
    return func + several(*args) + b"R"


EMPTY = several(b"K\0")
PAIRS = {
    "estimators under a mask": (
        masked(OBJECTS, listed(RIDGE)),
        masked(OBJECTS, listed(b"N"), missing=WORDS),
    ),
    "numbers under a mask": (masked(NUMBER, b"C\1\0"), masked(NUMBER, WORDS)),
    "a named tuple with more fields": (
        new("scipy.stats._stats_py", "LinregressResult", b"K\1")[:-1]
        + pairs(("intercept_stderr", b"K\1"))
        + b"\x92",
        new("scipy.stats._stats_py", "LinregressResult", b"K\1")[:-1]
        + pairs(("intercept_stderr", WORDS))
        + b"\x92",
    ),
    "an item that is looked up": (
        call("operator", "itemgetter", b"K\1"),
        call("operator", "itemgetter", WORDS),
    ),
    "what looks an item up, kept": (
        listed(call("operator", "itemgetter", b"K\1")),
        build(NAMESPACE, ("f", call("operator", "itemgetter", b"K\1")))
        + call("builtins", "set", build(NAMESPACE)),
    ),
    "an array by dill": (
        by_dill(MULTI, "_reconstruct", ARRAY, EMPTY, b"C\1b"),
        by_dill(MULTI, "_reconstruct", glob("os", "system"), EMPTY, b"C\1b"),
    ),
    "a number by dill": (
        by_dill(MULTI, "scalar", NUMBER, b"C\10" + bytes(8)),
        by_dill("posix", "system", text("echo")),
    ),
    "dill's module and another name": (
        by_dill(MULTI, "_reconstruct", ARRAY, EMPTY, b"C\1b"),
        by_dill(MULTI, "fromfile", text("secret.txt")),
    ),
    "texts of a variable length": (
        call("numpy._core._internal", "_convert_to_stringdtype_kwargs", b"\x88"),
        call("numpy._core._internal", "_convert_to_stringdtype_kwargs", b"\x88", WORDS),
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_everyday_is_library_and_its_neighbour_is_not(name):
    genuine, other = PAIRS[name]
    assert verdict(genuine) == "library"
    assert verdict(other) == "yes"


@pytest.mark.parametrize("protocol", range(6))
def test_masked_objects_of_every_protocol_are_library(protocol):
    value = np.ma.array([1.5, None, "a"], mask=[False, True, False], dtype=object)
    assert audited.verdict(pickles.read(pickle.dumps(value, protocol))) == ("library", [])


def test_what_is_made_for_one_walk_hides_nothing_in_the_next():
    kind = call("_codecs", "encode", text("b"), text("latin1"))
    plain = call("numpy.core.multiarray", "_reconstruct", ARRAY, EMPTY, kind)
    hiding = call("numpy.core.multiarray", "_reconstruct", ARRAY, NAMESPACE, kind)
    assert verdict(listed(*([plain] * 50), hiding)) == "yes"  # it had the place of another
