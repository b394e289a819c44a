"""Every pickle that CPython's own tests call bad is refused, and those they call good are read.

The lists are from Lib/test/pickletester.py of CPython 3.11.7, `AbstractUnpickleTests`.
"""

import importlib
import warnings

import pytest

from loadstone.runtime import pickles
from loadstone.runtime.pickles import Malformed

BAD_STACK = [
    b".",
    b"0",
    b"1",
    b"2",
    b"(2",
    b"R",
    b")R",
    b"a",
    b"Na",
    b"b",
    b"Nb",
    b"d",
    b"e",
    b"(e",
    b"ibuiltins\nlist\n",
    b"l",
    b"o",
    b"(o",
    b"p1\n",
    b"q\x00",
    b"r\x00\x00\x00\x00",
    b"s",
    b"Ns",
    b"NNs",
    b"t",
    b"u",
    b"(u",
    b"}(Nu",
    b"\x81",
    b")\x81",
    b"\x85",
    b"\x86",
    b"N\x86",
    b"\x87",
    b"N\x87",
    b"NN\x87",
    b"\x90",
    b"(\x90",
    b"\x91",
    b"\x92",
    b")}\x92",
    b"\x93",
    b"Vlist\n\x93",
    b"\x94",
]

BAD_MARK = [
    b"N(.",
    b"N(2",
    b"cbuiltins\nlist\n)(R",
    b"cbuiltins\nlist\n()R",
    b"]N(a",
    b"cbuiltins\nValueError\n)R}(b",
    b"cbuiltins\nValueError\n)R(}b",
    b"(Nd",
    b"N(p1\n",
    b"N(q\x00",
    b"N(r\x00\x00\x00\x00",
    b"}NN(s",
    b"}N(Ns",
    b"}(NNs",
    b"}((u",
    b"cbuiltins\nlist\n)(\x81",
    b"cbuiltins\nlist\n()\x81",
    b"N(\x85",
    b"NN(\x86",
    b"N(N\x86",
    b"NNN(\x87",
    b"NN(N\x87",
    b"N(NN\x87",
    b"]((\x90",
    b"cbuiltins\nlist\n)}(\x92",
    b"cbuiltins\nlist\n)(}\x92",
    b"cbuiltins\nlist\n()}\x92",
    b"Vbuiltins\n(Vlist\n\x93",
    b"Vbuiltins\nVlist\n(\x93",
    b"N(\x94",
]

TRUNCATED = [
    b"B",
    b"B\x03\x00\x00",
    b"B\x03\x00\x00\x00",
    b"B\x03\x00\x00\x00ab",
    b"C",
    b"C\x03",
    b"C\x03ab",
    b"F",
    b"F0.0",
    b"F0.00",
    b"G",
    b"G\x00\x00\x00\x00\x00\x00\x00",
    b"I",
    b"I0",
    b"J",
    b"J\x00\x00\x00",
    b"K",
    b"L",
    b"L0",
    b"L10",
    b"L0L",
    b"L10L",
    b"M",
    b"M\x00",
    b"S",
    b"S'abc'",
    b"T",
    b"T\x03\x00\x00",
    b"T\x03\x00\x00\x00",
    b"T\x03\x00\x00\x00ab",
    b"U",
    b"U\x03",
    b"U\x03ab",
    b"V",
    b"Vabc",
    b"X",
    b"X\x03\x00\x00",
    b"X\x03\x00\x00\x00",
    b"X\x03\x00\x00\x00ab",
    b"(c",
    b"(cbuiltins",
    b"(cbuiltins\n",
    b"(cbuiltins\nlist",
    b"Ng",
    b"Ng0",
    b"(i",
    b"(ibuiltins",
    b"(ibuiltins\n",
    b"(ibuiltins\nlist",
    b"Nh",
    b"Nj",
    b"Nj\x00\x00\x00",
    b"Np",
    b"Np0",
    b"Nq",
    b"Nr",
    b"Nr\x00\x00\x00",
    b"\x80",
    b"\x82",
    b"\x83",
    b"\x84\x01",
    b"\x84",
    b"\x84\x01\x00\x00",
    b"\x8a",
    b"\x8b",
    b"\x8b\x00\x00\x00",
    b"\x8c",
    b"\x8c\x03",
    b"\x8c\x03ab",
    b"\x8d",
    b"\x8d\x03\x00\x00\x00\x00\x00\x00",
    b"\x8d\x03\x00\x00\x00\x00\x00\x00\x00",
    b"\x8d\x03\x00\x00\x00\x00\x00\x00\x00ab",
    b"\x8e",
    b"\x8e\x03\x00\x00\x00\x00\x00\x00",
    b"\x8e\x03\x00\x00\x00\x00\x00\x00\x00",
    b"\x8e\x03\x00\x00\x00\x00\x00\x00\x00ab",
    b"\x96",
    b"\x96\x03\x00\x00\x00\x00\x00\x00",
    b"\x96\x03\x00\x00\x00\x00\x00\x00\x00",
    b"\x96\x03\x00\x00\x00\x00\x00\x00\x00ab",
    b"\x95",
    b"\x95\x02\x00\x00\x00\x00\x00\x00",
    b"\x95\x02\x00\x00\x00\x00\x00\x00\x00",
    b"\x95\x02\x00\x00\x00\x00\x00\x00\x00N",
    b"",
    b"N",
]

BADLY_QUOTED = [
    b"S'\n.",
    b'S"\n.',
    b"S' \n.",
    b'S" \n.',
    b"S'\"\n.",
    b"S\"'\n.",
    b"S' ' \n.",
    b'S" " \n.',
    b"S ''\n.",
    b'S ""\n.',
    b"S \n.",
    b"S\n.",
    b"S.",
]

OTHERS = [
    b"N)R.",  # test_bad_reduce
    b"cbuiltins\nint\nNR.",
    b"cbuiltins\nint\nN\x81.",  # test_bad_newobj
    b"cbuiltins\nint\nN}\x92.",  # test_bad_newobj_ex
    b"cbuiltins\nint\n)N\x92.",
    b"S'\\'\n.",  # test_badly_escaped_string
    b"g0\np0",  # test_get
    b"jens:",
    b"hens:",
    b"\x80\x03X\x01\x00\x00\x00ap-1\n.",  # test_negative_put
    b"\x8b\xff\xff\xff\xff.",  # test_negative_32b_long4: "LONG4 with a negative length"
    b"T\xff\xff\xff\xff.",  # a BINSTRING of negative length
]

GOOD = [
    (b"S''\n.", ""),  # test_correctly_quoted_string
    (b'S""\n.', ""),
    (b'S"\\n"\n.', "\n"),
    (b"S'\\n'\n.", "\n"),
    (b"\x80\x04\x95\x05\x00\x00\x00\x00\x00\x00\x00I42\n.", 42),  # test_frame_readline
    (b"V\\u004a\n.", "J"),
]


def test_all_of_the_lists_are_here():
    assert len(BAD_STACK + BAD_MARK + TRUNCATED + BADLY_QUOTED) >= 170


@pytest.mark.parametrize("data", BAD_STACK + BAD_MARK + TRUNCATED + BADLY_QUOTED + OTHERS)
def test_bad_pickle_is_refused(data):
    with pytest.raises(Malformed) as caught:
        pickles.read(data)
    assert caught.value.why
    assert 0 <= caught.value.at <= len(data)


@pytest.mark.parametrize(("data", "value"), GOOD)
def test_good_pickle_is_read(data, value):
    assert pickles.read(data).value == value


@pytest.mark.parametrize("data", TRUNCATED)
def test_truncated_pickle_is_refused_in_every_kind_of_buffer(data):
    for kind in (bytearray, memoryview):
        with pytest.raises(Malformed):
            pickles.read(kind(data))


def test_example_pickles_of_every_protocol_are_read():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tester = pytest.importorskip("test.pickletester")
    for protocol in range(5):
        stream = pickles.read(getattr(tester, f"DATA{protocol}"))
        first = stream.value
        assert len(first) == len(tester.create_data())
        assert first[:2] == [0, 1]
        made = first[-2][2]
        assert made.func.path.endswith(".C") or made.func.name == "_reconstructor"
        assert [state.get("foo") for state in made.states] == [1]
        assert stream.protocol == (protocol if protocol >= 2 else None)
        assert stream.max_opcode_protocol <= protocol
    for name in ("DATA_SET", "DATA_XRANGE", "DATA_COOKIE", "DATA_SET2"):
        assert pickles.read(getattr(tester, name)).opcodes


def test_protocol_of_every_opcode_is_the_one_pickletools_says():
    opcodes = importlib.import_module("pickletools").opcodes
    for opcode in opcodes:
        assert pickles._protocol_of(ord(opcode.code)) == opcode.proto, opcode.name
