"""LZ4 frames: blocks of literals and of copies of what stands before them.

https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md and lz4_Block_format.md. Checksums of
blocks and of the content are stepped over, not compared.
"""

from typing import Tuple

_MAGIC = b"\x04\x22\x4d\x18"
_SIZES = {4: 64 << 10, 5: 256 << 10, 6: 1 << 20, 7: 4 << 20}
_WINDOW = 64 << 10
_PLAIN = 1 << 31  # of a block's size: it is not compressed


class NotLz4(ValueError):  # noqa: N818 - it says what the bytes are
    """The bytes are no frame, or not of this format."""


class Frame:
    """One frame, given piece by piece; a block at a time comes out."""

    def __init__(self) -> None:
        self.held = bytearray()
        self.largest = 0  # bytes of a block, 0 before the header was read
        self.linked = self.block_sums = self.content_sum = False
        self.before = bytearray()  # what the next block may copy from

    def step(self, data: bytes) -> Tuple[bytes, bytes, bool]:
        """Return the next block, what is left over, and whether the frame has ended.

        What is left over is the bytes behind the frame, or one byte where another block is held
        already: that byte is for the caller to give back, and is not looked at.
        """
        if not (self.largest and self._whole()):
            self.held += data
        if not self.largest and not self._header():
            return b"", b"", False
        size = self._whole()
        if not size:
            return b"", b"", False
        if not int.from_bytes(self.held[:4], "little"):
            return b"", bytes(self.held[size:]), True
        block = self._block()
        del self.held[:size]
        return block, b"\0" if self._whole() else b"", False

    def _header(self) -> bool:
        held = self.held
        if len(held) < 7:
            return False
        flags, sizes = held[4], held[5] >> 4 & 7
        if held[:4] != _MAGIC or flags >> 6 != 1 or flags & 1 or sizes not in _SIZES:
            raise NotLz4("the header is of another version, or asks for a dictionary")
        length = 7 + 8 * (flags >> 3 & 1)
        if len(held) < length:
            return False
        self.linked, self.block_sums = not flags >> 5 & 1, bool(flags >> 4 & 1)
        self.content_sum, self.largest = bool(flags >> 2 & 1), _SIZES[sizes]
        del held[:length]
        return True

    def _whole(self) -> int:
        """Return the bytes of the next block with its size and sum, 0 where they are not here."""
        if len(self.held) < 4:
            return 0
        told = int.from_bytes(self.held[:4], "little")
        size = told & ~_PLAIN
        if size > self.largest:
            raise NotLz4(
                "a block takes {} bytes, the largest of this frame {}".format(size, self.largest)  # noqa: EM103 - messages read better where they are raised
            )
        whole = 4 + size + 4 * (self.block_sums if told else self.content_sum)
        return whole if len(self.held) >= whole else 0

    def _block(self) -> bytes:
        told = int.from_bytes(self.held[:4], "little")
        data = bytes(self.held[4 : 4 + (told & ~_PLAIN)])
        out = self.before if self.linked else bytearray()
        start = len(out)
        if told & _PLAIN:
            out += data
        else:
            _decode(data, out, start + self.largest)
        block = bytes(out[start:])
        self.before = out[-_WINDOW:]
        return block


class Decompressor:
    """One frame, with the methods of the decompressors of the standard library."""

    def __init__(self) -> None:
        self.frame = Frame()
        self.eof = False
        self.unused_data = b""

    def decompress(self, data: bytes) -> bytes:
        """Return what is whole of the frame; raises `NotLz4`."""
        out = []
        left = data
        while not self.eof:
            block, left, self.eof = self.frame.step(left)
            if not block and not left:
                break
            out.append(block)
        if self.eof:
            self.unused_data = left
        return b"".join(out)


def _decode(data: bytes, out: bytearray, most: int) -> None:
    """Add what a block stands for; `out` may hold what its copies reach back to."""
    at, end = 0, len(data)
    try:
        while at < end:
            token = data[at]
            at += 1
            count = token >> 4
            if count == 15:
                count, at = _longer(data, at, count)
            if count > end - at:
                raise NotLz4("literals end behind their block")
            out += data[at : at + count]
            at += count
            if at >= end:
                break
            back = data[at] | data[at + 1] << 8
            at += 2
            count = token & 15
            if count == 15:
                count, at = _longer(data, at, count)
            _copy(out, back, count + 4, most)
    except IndexError:
        raise NotLz4("a block ends inside a sequence") from None
    if len(out) > most:
        raise NotLz4("a block holds more than the largest of this frame")


def _longer(data: bytes, at: int, count: int) -> Tuple[int, int]:
    while data[at] == 255:
        count += 255
        at += 1
    return count + data[at], at + 1


def _copy(out: bytearray, back: int, count: int, most: int) -> None:
    start = len(out) - back
    if not back or start < 0 or len(out) + count > most:
        raise NotLz4("a copy reaches out of what is there")
    if back >= count:
        out += out[start : start + count]
        return
    piece = bytes(out[start:])  # it copies what it writes
    out += (piece * (count // back + 1))[:count]
