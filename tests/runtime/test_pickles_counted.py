"""numpy fills an array of objects from a list, and goes on behind that where the list is shorter.

https://github.com/numpy/numpy/blob/main/numpy/_core/src/multiarray/methods.c (`_setlist_pkl`)
"""

import pickle

import numpy as np
import pytest
from opcodes import FALSE, NONE, START, TRUE, call, glob, listed, number, text, together

from loadstone.runtime import audited, pickles

OBJECTS = call("numpy", "dtype", text("O8"), FALSE, TRUE) + together(
    *(number(3), text("|"), NONE, NONE, NONE, number(-1), number(-1), number(63))
)
TEXTS = call("numpy._core._internal", "_convert_to_stringdtype_kwargs", TRUE)
TWO = listed(text("a"), text("b"))
EMPTY = glob("numpy", "ndarray") + b"K\x00\x85C\x01b"
MAKES = glob("numpy.core.multiarray", "_reconstruct")


def state(shape, held, kind=OBJECTS + b"b", more=b""):
    return b"(" + number(1) + shape + kind + FALSE + held + more + b"t"


def array(*given):
    return MAKES + EMPTY + b"\x87R" + state(*given) + b"b"


def masked(shape, held):
    made = glob("numpy.ma.core", "_mareconstruct") + b"("
    made += glob("numpy.ma", "MaskedArray") + glob("numpy", "ndarray") + b"K\x00\x85C\x01btR"
    return made + state(shape, held, OBJECTS + b"b", b"C\x02\0\0" + NONE) + b"b"


def by_dill(shape, held):
    given = MAKES + EMPTY + b"\x87" + state(shape, held) + NONE
    return glob("dill._dill", "_create_array") + b"(" + given + b"tR"


SHORT = number(3) + b"\x85"


@pytest.mark.parametrize(
    "made",
    {
        "a short list": array(SHORT, TWO),
        "a short list of two dimensions": array(number(2) + number(2) + b"\x86", TWO),
        "a short list of texts": array(SHORT, TWO, TEXTS),
        "a shape that a call makes": array(call("torch", "Size", listed(number(2))), TWO),
        "a list that grows after its use": MAKES
        + EMPTY
        + b"\x87R"
        + state(SHORT, TWO + b"q\x07")
        + b"bh\x07"
        + text("c")
        + b"a0",
        "a short list under a mask": masked(SHORT, TWO),
        "a short list for dill": by_dill(SHORT, TWO),
    }.items(),
    ids=lambda item: item[0],
)
def test_a_list_of_another_length_is_refused(made):
    with pytest.raises(pickles.Malformed):
        pickles.read(START + made[1] + b".")


def test_a_list_that_a_call_makes_is_told_of():
    made = array(SHORT, call("builtins", "list", listed(TWO)))
    assert audited.verdict(pickles.read(START + made + b"."))[0] in ("yes", "unknown")


@pytest.mark.parametrize(
    "made",
    {
        "a list": array(number(2) + b"\x85", TWO),
        "a list for no dimension": array(b")", listed(text("a"))),
        "a list under a mask": masked(number(2) + b"\x85", TWO),
        "a list for dill": by_dill(number(2) + b"\x85", TWO),
    }.items(),
    ids=lambda item: item[0],
)
def test_one_of_its_length_is_not(made):
    assert audited.verdict(pickles.read(START + made[1] + b"."))[0] == "library"


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_arrays_of_numpy_are_not(protocol):
    kind = [("a", "O"), ("b", "i4", (2,))]
    held = [
        *(np.array(["a", None], object), np.empty((0, 3), object), np.array(1, object)),
        *(np.zeros(2, kind), np.ma.MaskedArray(["a", 1], [0, 1], object)),
        *(np.zeros((2, 2)), np.array(["a"], np.dtypes.StringDType())),
    ]
    assert audited.verdict(pickles.read(pickle.dumps(held, protocol)))[0] == "library"


def test_addresses_without_an_end_are_told_of_where_code_counts_them():
    network = call("ipaddress", "IPv6Network", text("::/0"))
    size = call("torch", "Size", network)
    assert audited.verdict(pickles.read(START + size + b"."))[0] == "yes"
    assert audited.verdict(pickles.read(START + listed(network) + b"."))[0] == "library"
