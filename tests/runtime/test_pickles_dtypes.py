"""Types of numpy's arrays that make it follow bytes of a file as pointers are told of.

Each of the first made numpy crash at an address of the file's choice when it was opened.
"""

import pickle

import numpy as np
import pytest
from tests.runtime.test_pickles_composed import (
    FALSE,
    NONE,
    START,
    TRUE,
    call,
    get,
    glob,
    listed,
    number,
    pairs,
    put,
    raw,
    text,
    together,
)

from loadstone.runtime import audited, pickles

AT = raw(b"A" * 8)


def kind(word, *state):
    made = call("numpy", "dtype", word if isinstance(word, bytes) else text(word), FALSE, TRUE)
    return made + (together(*state) + b"b" if state else b"")


def plain(word, flags, *, order="|", size=-1, align=-1):
    state = number(3), text(order), NONE, NONE, NONE, number(size), number(align), number(flags)
    return kind(word, *state)


def record(flags, *fields, size=8, names=None):
    """Return a type of fields, each a name, a type and where it stands."""
    named = together(*map(text, names or [name for name, _, _ in fields]))
    held = [part for name, of, at in fields for part in (text(name), together(of, number(at)))]
    state = number(3), text("|"), NONE, named, pairs(*held), number(size), number(1)
    return kind(f"V{size}", *state, number(flags))


def empty():
    shape = together(number(0))
    return call("numpy._core.multiarray", "_reconstruct", ARRAY, shape, b"C\1b")


ARRAY = glob("numpy", "ndarray")
OBJECT = plain("O8", 63)
WHOLE = plain("i8", 0, order="<")


def array(of, held=AT):
    return empty() + together(number(1), together(number(1)), of, FALSE, held) + b"b"


def verdict(made):
    return audited.verdict(pickles.read(START + made + b"."))[0]


@pytest.mark.parametrize(
    "of",
    {
        **{f"an object with flags {flags}": plain("O8", flags) for flags in (0, 1, 4, 62)},
        **{
            f"a field of {word} with flags {flags}": record(flags, ("a", plain(word, 63), 0))
            for word in ("O", "object", "=O", "<O8", "O8,", "(1,)O8", "object_")
            for flags in (0, 1)
        },
        "a field that a class names": record(1, ("a", kind(glob("numpy", "object_")), 0)),
        "a few objects": kind(
            "V8",
            *(number(3), text("|"), together(OBJECT, together(number(1))), NONE, NONE),
            *(number(8), number(1), number(0)),
        ),
        "fields of a list": kind(
            listed(together(text("a"), text("O"))),
            *(number(3), text("|"), NONE, NONE, NONE, number(8), number(1), number(0)),
        ),
        "a number over an object": record(63, ("a", OBJECT, 0), ("b", WHOLE, 0)),
        "a field outside": record(0, ("a", WHOLE, 8)),
        "a field before": record(0, ("a", WHOLE, -8)),
        "names of no field": record(0, ("a", WHOLE, 0), names=["b"]),
        "a field without a name": record(0, ("a", WHOLE, 0), ("b", OBJECT, 0), names=["a"]),
        "a size below nothing": plain("U1", 8, order="<", size=-8, align=4),
        "times of no unit": plain("M8", 0, order="<"),
        "another size": plain("S1", 0, size=1 << 30, align=1),
        "a text of no size": plain("S1", 0, align=1),
        "letters of no size": plain("U1", 8, order="<", align=4),
        "a text on no boundary": plain("S8", 0, size=8, align=0),
        "a record on a boundary beyond": kind(
            "V8", number(3), text("|"), NONE, NONE, NONE, number(8), number(1 << 30), number(0)
        ),
        "a number of two parts": kind(
            "i8",
            *(number(3), text("<"), together(WHOLE, together(number(2))), NONE, NONE),
            *(number(-1), number(-1), number(0)),
        ),
    }.items(),
    ids=lambda item: item[0],
)
def test_it_is_not_let_through(of):
    assert verdict(array(of[1])) == "yes"


def test_a_type_that_is_filled_after_an_array_has_it():
    fields = pairs(text("a"), together(OBJECT, number(0)))
    state = (
        number(3),
        text("|"),
        NONE,
        together(text("a")),
        fields,
        number(8),
        number(1),
        number(63),
    )
    filled = together(*state) + b"b0"
    late = kind("V8") + put(3) + b"0" + array(get(3)) + put(4) + b"0" + get(3) + filled + get(4)
    assert verdict(late) == "yes"
    held = kind("V8") + put(3) + b"0" + empty() + together(get(3)) + b"0" + get(3) + filled
    assert verdict(held + get(3)) == "yes"
    assert verdict(kind("V8") + put(3) + b"0" + get(3) + filled + get(3)) == "library"


def test_an_array_that_is_made_with_room_for_pointers():
    shape = together(number(1000))
    made = call("numpy._core.multiarray", "_reconstruct", ARRAY, shape, text("O"))
    assert verdict(made) == "yes"
    masked = glob("numpy.ma", "MaskedArray")
    made = call("numpy.ma.core", "_mareconstruct", masked, ARRAY, shape, text("O"))
    assert verdict(made) == "yes"


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize(
    "held",
    [
        np.array([1.5]),
        np.array([1 + 2j], ">c16"),
        np.array(["a", "b"]),
        np.array([b"a", b""]),
        np.array([{}, None]),
        np.array(["2020-01-01"], "M8[D]"),
        np.array([(1, "a", None)], [("a", "i4"), ("b", "U3"), ("c", "O")]),
        np.zeros(2, [("a", "f4", (2, 3)), ("b", [("c", "u1"), ("d", "O")])]),
        np.zeros(2, np.dtype([("a", "u1"), ("b", "f8")], align=True)),
        np.zeros(2, np.dtype({"names": ["a", "b"], "formats": ["i4", "u1"], "offsets": [0, 0]})),
        np.zeros(2, [("a", "u1")]).view(np.recarray),
        np.zeros(2, "V7"),
        np.zeros(3, "?"),
        np.float32(1),
        np.ma.array([1, 2], mask=[0, 1]),
        np.zeros(1, [("a", "i4"), ("b", "f8")])[0],
    ],
    ids=lambda held: str(held.dtype),
)
def test_types_that_numpy_fills_are(held, protocol):
    assert audited.verdict(pickles.read(pickle.dumps(held, protocol)))[0] in ("library", "no")
