"""Protobuf's wire format: every message that is written comes back, and any bytes end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadstone.readers import _protobuf
from loadstone.readers._protobuf import BYTES, FIXED32, FIXED64, VARINT, NotProtobuf, Wire


def varint(value: int) -> bytes:
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def field(number: int, value: int | bytes, wire: int | None = None) -> bytes:
    """Return a field: bytes, or an integer as a varint or as `wire` says."""
    wire = wire if wire is not None else BYTES if isinstance(value, bytes) else VARINT
    key = varint(number << 3 | wire)
    if isinstance(value, bytes):
        return key + varint(len(value)) + value
    if wire == VARINT:
        return key + varint(value)
    return key + value.to_bytes(8 if wire == FIXED64 else 4, "little")


NUMBERS = st.integers(1, (1 << 29) - 1)
FIELDS = st.one_of(
    st.tuples(NUMBERS, st.just(VARINT), st.integers(0, (1 << 64) - 1)),
    st.tuples(NUMBERS, st.just(FIXED64), st.integers(0, (1 << 64) - 1)),
    st.tuples(NUMBERS, st.just(FIXED32), st.integers(0, (1 << 32) - 1)),
    st.tuples(NUMBERS, st.just(BYTES), st.binary(max_size=60)),
)


def read(wire: Wire) -> list[tuple[int, int, int | bytes]]:
    return [
        (item.number, item.wire, wire.raw(item, 1000) if item.wire == BYTES else item.value)
        for item in wire.fields()
    ]


@given(st.lists(FIELDS, max_size=30), st.integers(20, 80))
def test_what_is_written_is_read(fields, window):
    data = b"".join(field(number, value, wire) for number, wire, value in fields)
    wire = Wire(data)
    wire._step = window
    assert read(wire) == fields


@given(st.lists(FIELDS, min_size=1, max_size=10), st.data())
def test_a_cut_message_is_truncated_or_ends_between_fields(fields, data):
    parts = [field(number, value, wire) for number, wire, value in fields]
    whole = b"".join(parts)
    cut = data.draw(st.integers(0, len(whole) - 1))
    ends = {sum(map(len, parts[:count])) for count in range(len(parts) + 1)}
    if cut in ends:
        assert len(read(Wire(whole[:cut]))) < len(fields)
    else:
        with pytest.raises(NotProtobuf) as caught:
            read(Wire(whole[:cut]))
        assert caught.value.kind == "truncated"


@given(st.binary(max_size=300))
def test_any_bytes_end(data):
    assert outcome(data) in {"read", "malformed", "truncated"}


def outcome(data: bytes) -> str:
    try:
        read(Wire(data))
    except NotProtobuf as error:
        return error.kind if 0 <= error.at <= len(data) else "elsewhere"
    return "read"


@given(st.lists(st.lists(FIELDS, max_size=6), max_size=6))
def test_messages_nest(messages):
    data = b"".join(
        field(1, b"".join(field(number, value, wire) for number, wire, value in inner))
        for inner in messages
    )
    wire = Wire(data)
    found = [[item.number for item in wire.inside(outer)] for outer in wire.fields()]
    assert found == [[number for number, _, _ in inner] for inner in messages]


class Counted:
    """A source that counts the bytes that were asked of it."""

    def __init__(self, head: bytes, size: int) -> None:
        self.head, self.size, self.asked = head, size, 0

    def pread(self, offset: int, length: int) -> bytes:
        self.asked += length
        return self.head[offset : offset + length].ljust(min(length, self.size - offset), b"\0")


def test_a_large_field_is_hopped_over():
    size = 1 << 40
    source = Counted(b"\x08\x07" + b"\x12" + varint(size - 9), size)
    found = list(Wire(source).fields())
    assert [(item.number, item.wire) for item in found] == [(1, VARINT), (2, BYTES)]
    assert found[1].end == size
    assert source.asked < 10_000


def test_the_number_of_fields_is_bounded():
    with pytest.raises(NotProtobuf) as caught:
        read(Wire(b"\x08\x00" * 1000, limit=999))
    assert caught.value.kind == "limit"
    packed = Wire(field(1, b"\0" * 1000), limit=999)
    with pytest.raises(NotProtobuf, match="limit"):
        list(packed.numbers(next(packed.fields())))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\x00\x01", "no field number"),
        (b"\x0b", "no wire type"),
        (b"\x0f", "no wire type"),
        (b"\x80" * 11, "more than ten bytes"),
    ],
)
def test_what_is_no_field(data, why):
    with pytest.raises(NotProtobuf, match=why):
        read(Wire(data))


@given(st.lists(st.integers(-(1 << 63), (1 << 63) - 1), max_size=20))
def test_packed_and_single_numbers(values):
    raw = [value % (1 << 64) for value in values]
    for data in (field(4, b"".join(map(varint, raw))), b"".join(field(4, item) for item in raw)):
        wire = Wire(data)
        found = [number for item in wire.fields() for number in wire.numbers(item)]
        assert [_protobuf.signed(number) for number in found] == values
