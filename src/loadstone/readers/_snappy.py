"""Snappy's raw format, inflated within a limit.

https://github.com/google/snappy/blob/main/format_description.txt
"""

from __future__ import annotations


class NotSnappy(Exception):  # noqa: N818 - the bytes' fault
    """The bytes are no snappy stream, or inflate to more than the limit."""


def inflate(data: bytes, limit: int) -> bytes:
    """Return what `data` holds, at most `limit` bytes.

    Raises `NotSnappy`.
    """
    size, at = _length(data)
    if size > limit:
        raise NotSnappy(f"it inflates to {size} bytes, the limit is {limit}")
    out = bytearray()
    while at < len(data):
        tag = data[at]
        at += 1
        if tag & 3 == 0:
            length, at = _literal(data, tag, at)
            if at + length > len(data):
                raise NotSnappy("it ends inside a literal")
            out += data[at : at + length]
            at += length
        else:
            length, back, at = _copy(data, tag, at)
            if not 0 < back <= len(out):
                raise NotSnappy("it copies from before its start")
            _repeat(out, back, length)
        if len(out) > size:
            raise NotSnappy("it holds more than it says")
    if len(out) != size:
        raise NotSnappy(f"it holds {len(out)} bytes of {size}")
    return bytes(out)


def _length(data: bytes) -> tuple[int, int]:
    value = 0
    for index, byte in enumerate(data[:5]):
        value |= (byte & 0x7F) << 7 * index
        if byte < 0x80:
            return value, index + 1
    raise NotSnappy("it does not start with its length")


def _literal(data: bytes, tag: int, at: int) -> tuple[int, int]:
    length = tag >> 2
    if length < 60:
        return length + 1, at
    wide = length - 59
    return int.from_bytes(data[at : at + wide], "little") + 1, at + wide


def _copy(data: bytes, tag: int, at: int) -> tuple[int, int, int]:
    if tag & 3 == 1:
        back = (tag >> 5 << 8) | int.from_bytes(data[at : at + 1], "little")
        return (tag >> 2 & 7) + 4, back, at + 1
    wide = 2 if tag & 3 == 2 else 4
    return (tag >> 2) + 1, int.from_bytes(data[at : at + wide], "little"), at + wide


def _repeat(out: bytearray, back: int, length: int) -> None:
    start = len(out) - back
    run = bytes(out[start : start + length])
    while len(run) < length:
        run += run
    out += run[:length]
