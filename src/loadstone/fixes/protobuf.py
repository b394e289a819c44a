"""Fields of protobuf, written as they were read or anew.

https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

from loadstone.readers._protobuf import BYTES, FIXED64, VARINT, Field, Wire


def field(wire: Wire, item: Field) -> bytes:
    """Return a field as it stood: its number, its kind and its value."""
    if item.wire == BYTES:
        return message(item.number, wire.raw(item, item.length))
    if item.wire == VARINT:
        return varint(item.number << 3 | VARINT) + varint(item.value)
    size = 8 if item.wire == FIXED64 else 4
    return varint(item.number << 3 | item.wire) + item.value.to_bytes(size, "little")


def message(number: int, data: bytes) -> bytes:
    """Return a field of bytes: a text, or a message inside."""
    return varint(number << 3 | BYTES) + varint(len(data)) + data


def varint(value: int) -> bytes:
    """Return a whole number as protobuf writes it."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
