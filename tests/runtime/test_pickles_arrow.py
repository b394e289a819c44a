"""Arrays of pyarrow's are let through where they lie within their buffers.

Each of the first made pyarrow or pandas crash, or abort, when it was opened or shown.
"""

import struct

import pytest
from opcodes import NONE, START, call, glob, listed, number, text, together

from loadstone.runtime import audited, pickles


def buffer(data):
    held = b"B" + struct.pack("<I", len(data)) + data
    return call("pyarrow.lib", "py_buffer", call("builtins", "bytearray", held))


def kind(name):
    return call("pyarrow.lib", "type_for_alias", text(name))


def places(*numbers):
    return buffer(struct.pack(f"<{len(numbers)}i", *numbers))


def told(of, length, *buffers, parts=(), start=0, dictionary=NONE):
    numbers = number(length), number(0), number(start)
    return together(of, *numbers, listed(*buffers), listed(*parts), dictionary)


def verdict(held):
    data = START + call("pyarrow.lib", "_restore_array", held) + b"."
    return audited.verdict(pickles.read(data))[0]


STRING, INT64, INT32 = kind("string"), kind("int64"), kind("int32")
TEXTS = told(STRING, 2, NONE, places(0, 1, 3), buffer(b"abc"))
ONES = told(INT64, 2, NONE, buffer(bytes(16)))
ITEMS = call("pyarrow.lib", "list_", INT64)
WORDS = call("pyarrow.lib", "dictionary", INT32, STRING, b"\x89")
VIEWS = told(kind("string_view"), 1, NONE, buffer(bytes(16)))

HELD = {
    "numbers": (ONES, told(INT64, 3, NONE, buffer(bytes(16)))),
    "numbers of a start": (ONES, told(INT64, 2, NONE, buffer(bytes(16)), start=1)),
    "numbers as texts": (ONES, told(STRING, 2, NONE, buffer(bytes(16)))),
    "numbers with what is missing": (
        told(INT64, 2, buffer(b"\3"), buffer(bytes(16))),
        told(INT64, 9, buffer(b"\3"), buffer(bytes(72))),
    ),
    "texts": (TEXTS, told(STRING, 2, NONE, places(0, 1, 9), buffer(b"abc"))),
    "texts before others": (TEXTS, told(STRING, 2, NONE, places(0, 3, 1), buffer(b"abc"))),
    "texts of fewer places": (TEXTS, told(STRING, 3, NONE, places(0, 1, 3), buffer(b"abc"))),
    "texts of one buffer": (TEXTS, told(STRING, 2, places(0, 1, 3))),
    "a list": (
        told(ITEMS, 1, NONE, places(0, 2), parts=[ONES]),
        told(ITEMS, 1, NONE, places(0, 3), parts=[ONES]),
    ),
    "a list of another kind": (
        told(ITEMS, 1, NONE, places(0, 2), parts=[ONES]),
        told(ITEMS, 1, NONE, places(0, 2), parts=[TEXTS]),
    ),
    "words": (
        told(WORDS, 2, NONE, places(0, 1), dictionary=TEXTS),
        told(WORDS, 2, NONE, places(0, 1)),
    ),
    "words of another kind": (
        told(WORDS, 2, NONE, places(0, 1), dictionary=TEXTS),
        told(WORDS, 2, NONE, places(0, 1), dictionary=ONES),
    ),
    "no texts": (told(STRING, 0, NONE, buffer(b""), buffer(b"")), told(STRING, 0)),
    "no array": (ONES, glob("pyarrow.lib", "py_buffer")),
    "views, which are not read": (ONES, VIEWS),
}


@pytest.mark.parametrize("name", HELD)
def test_an_array_lies_within_its_buffers(name):
    within, outside = HELD[name]
    assert verdict(within) == "library"
    assert verdict(outside) == "yes"
