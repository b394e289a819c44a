"""Compressed bytes, told by content and inflated with bounds: gzip, zlib, bzip2, xz, lzma, lz4, ZF.

https://github.com/joblib/joblib/blob/main/joblib/compressor.py lists what joblib writes; `ZF` is
what it wrote before 0.10 (numpy_pickle_compat.py).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from loadstone.readers._source import Source

MOST = 96 << 20  # bytes that are inflated; what lies behind them is not looked at
_SECONDS = 1.5  # of processor time
_STEP = 1 << 20
_LZMA_MEMORY = 64 << 20
_ZF_HEADER = 21  # `ZF` and a length in hex, padded to 19 characters
_SEVERAL = ("gzip", "bzip2", "xz")  # their tools read streams that follow each other as one
_ZLIB = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")


class Inflated(NamedTuple):
    """The bytes inside, and why they are not all of them."""

    data: bytearray
    why: str = ""
    cut: bool = False  # the compressed bytes end too early


class Damaged(Exception):  # noqa: N818 - it says what the bytes are
    """The compressed bytes are not what their format asks for."""


class Trailing(Damaged):
    """The compressed bytes are whole, and others follow them."""


def kind(head: bytes) -> str | None:
    """Return the compression that the first bytes announce."""
    for word, starts in (
        ("gzip", (b"\x1f\x8b",)),
        ("zlib", _ZLIB),
        ("xz", (b"\xfd7zXZ\0",)),
        ("lz4", (b"\x04\x22\x4d\x18",)),
        ("zfile", (b"ZF0x",)),
    ):
        if head.startswith(starts):
            return word
    if head[:3] == b"BZh" and head[4:10] == b"1AY&SY":
        return "bzip2"
    known = head[5:13] == b"\xff" * 8 or head[10:13] == b"\0\0\0"  # the length, or that it is open
    if head[:3] == b"\x5d\0\0" and len(head) > 13 and known:
        return "lzma"
    return None


def first(source: Source, word: str) -> bytes:
    """Return the first bytes inside, "" where they cannot be inflated."""
    return bytes(inflate(source, word, 4096).data[:4096])


def inflate(source: Source, word: str, most: int = MOST) -> Inflated:
    """Return the bytes inside, `most` of them."""
    out = bytearray()
    until = time.process_time() + _SECONDS
    try:
        for chunk in chunks(source, word, 4096 if most <= 4096 else _STEP):
            out += chunk[: most - len(out)]
            if len(out) == most or time.process_time() > until:
                return Inflated(out, f"inflated {len(out)} bytes and no more")
    except Trailing:
        pass
    except Damaged as error:
        return Inflated(out, str(error), cut=True)
    return Inflated(out)


def chunks(source: Source, word: str, step: int = _STEP) -> Iterator[bytes]:
    """Yield the bytes inside, checked against the checksums that the format has.

    Raises `Damaged` where they do not match, or where other bytes follow.
    """
    at = _start(source) if word == "zfile" else 0
    unpack = _decompressor(word)
    pending = b""
    while True:
        if not pending:
            pending = source.pread(at, step)
            at += len(pending)
        try:
            chunk, pending, ended = unpack(pending, step)
        except Damaged as error:
            raise Damaged(f"the {word} bytes are damaged: {error}") from error
        yield chunk
        if ended:
            left = source.size - at + len(pending)
            pending += source.pread(at, max(0, 16 - len(pending)))
            at = source.size - left + len(pending)
            if kind(pending) != word or word not in _SEVERAL:
                break
            unpack = _decompressor(word)  # streams follow each other
        elif not chunk and not pending and at >= source.size:
            raise Damaged(f"the {word} bytes end too early")
    if left:
        raise Trailing(f"{left} bytes follow the {word} bytes")


def _start(source: Source) -> int:
    head = source.pread(0, _ZF_HEADER + 2)
    return _ZF_HEADER + (head[_ZF_HEADER : _ZF_HEADER + 1] == b" ")  # Python 2 wrote one more


def _decompressor(word: str) -> Callable[[bytes, int], tuple[bytes, bytes, bool]]:
    if word in ("gzip", "zlib", "zfile"):
        return _zlib(31 if word == "gzip" else 15)
    if word == "bzip2":
        import bz2

        return _stream(bz2.BZ2Decompressor(), OSError)
    if word == "lz4":
        return _lz4()
    import lzma

    return _stream(lzma.LZMADecompressor(memlimit=_LZMA_MEMORY), lzma.LZMAError)


def _lz4() -> Callable[[bytes, int], tuple[bytes, bytes, bool]]:
    from loadstone.runtime.lz4 import Frame, NotLz4

    frame = Frame()

    def step(data: bytes, _: int) -> tuple[bytes, bytes, bool]:
        try:
            return frame.step(data)
        except NotLz4 as error:
            raise Damaged(str(error)) from error

    return step


def _zlib(bits: int) -> Callable[[bytes, int], tuple[bytes, bytes, bool]]:
    import zlib

    unpack = zlib.decompressobj(bits)

    def step(data: bytes, most: int) -> tuple[bytes, bytes, bool]:
        try:
            chunk = unpack.decompress(data, most)
        except zlib.error as error:
            raise Damaged(str(error)) from error
        return chunk, unpack.unused_data if unpack.eof else unpack.unconsumed_tail, unpack.eof

    return step


def _stream(
    unpack: Any, damaged: type[Exception]
) -> Callable[[bytes, int], tuple[bytes, bytes, bool]]:
    """Return a step of a decompressor that keeps what it was given and did not use."""

    def step(data: bytes, most: int) -> tuple[bytes, bytes, bool]:
        try:
            chunk = unpack.decompress(data if unpack.needs_input else b"", most)
        except damaged as error:
            raise Damaged(str(error)) from error
        left = b"" if unpack.needs_input else b" "  # it holds the rest itself
        return chunk, unpack.unused_data if unpack.eof else left, unpack.eof

    return step
