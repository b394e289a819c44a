"""Zstandard: frames of blocks, of literals and of sequences that copy what was written before.

https://datatracker.ietf.org/doc/html/rfc8878#section-3
"""

from __future__ import annotations

from loadstone.readers._zstd_codes import (
    Backward,
    Cell,
    NotZstd,
    huffman,
    repeated,
    table,
    written,
)

__all__ = ["MAGIC", "NotZstd", "unpack"]

MAGIC = b"\x28\xb5\x2f\xfd"
_BLOCK = 128 << 10
_LENGTHS = table(
    [4, 3, *[2] * 11, 1, 1, 1, *[2] * 9, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1], 6
)  # of literals, where a block has no table of its own
_MATCHES = table([1, 4, 3, *[2] * 6, *[1] * 37, *[-1] * 7], 6)
_OFFSETS = table([*[1] * 6, 2, 2, 2, *[1] * 15, *[-1] * 5], 5)
_MOST = (9, 8, 9)  # accuracies of tables for lengths, offsets and matches
_LARGEST = (35, 31, 52)


def _steps(first: int, bits: tuple[int, ...]) -> list[tuple[int, int]]:
    """Return where the ranges of lengths begin, and how many bits choose inside each."""
    found = []
    for count in bits:
        found.append((first, count))
        first += 1 << count
    return found


_LITERAL = _steps(0, (*[0] * 16, 1, 1, 1, 1, 2, 2, 3, 3, 4, *range(6, 17)))
_MATCH = _steps(3, (*[0] * 32, 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, *range(7, 17)))


def unpack(data: bytes, limit: int) -> bytes:
    """Return what one frame holds. Raises `NotZstd` where it is none or holds more than `limit`."""
    at = _header(data)
    frame = _Frame(limit)
    last = False
    while not last:
        head = int.from_bytes(data[at : at + 3], "little")
        last, kind, size = bool(head & 1), head >> 1 & 3, head >> 3
        at += 3
        taken = 1 if kind == 1 else size
        if at + taken > len(data) or len(data) < at or kind == 3 or size > _BLOCK:
            raise NotZstd("a block is cut or of no kind")
        body = data[at : at + taken]
        at += taken
        if kind == 2:
            frame.block(body)
        else:
            frame.out += body * size if kind else body
        if len(frame.out) > limit:
            raise NotZstd("it holds more than the limit")
    return bytes(frame.out)


def _header(data: bytes) -> int:
    """Return where the first block begins."""
    if data[:4] != MAGIC or len(data) < 6:
        raise NotZstd("it does not begin as a frame does")
    flags = data[4]
    single, sized = flags >> 5 & 1, flags >> 6
    content = (single, 2, 4, 8)[sized]
    if flags & 8:
        raise NotZstd("a reserved bit is set")
    if flags & 3:
        raise NotZstd("it needs a dictionary")
    return 5 + (0 if single else 1) + content


class _Frame:
    """What the blocks of a frame share: what was written, tables, and the last three offsets."""

    def __init__(self, limit: int) -> None:
        self.out = bytearray()
        self.limit = limit
        self.codes: list[tuple[int, int]] = []
        self.longest = 0
        self.tables: list[list[Cell]] = [[], [], []]  # of lengths, offsets and matches
        self.recent = [1, 4, 8]

    def block(self, data: bytes) -> None:
        """Write what a compressed block holds."""
        if not data:
            raise NotZstd("a block is empty")
        literals, at = self._literals(data)
        count, at = _count(data, at)
        if not count:
            self.out += literals
            return
        if at >= len(data):
            raise NotZstd("a block ends in its head")
        modes = data[at]
        at += 1
        for number, standard in enumerate((_LENGTHS, _OFFSETS, _MATCHES)):
            at = self._choose(number, modes >> (6 - 2 * number) & 3, standard, data, at)
        self._sequences(count, literals, Backward(data[at:]))

    def _choose(self, number: int, mode: int, standard: list[Cell], data: bytes, at: int) -> int:
        if mode == 0:
            self.tables[number] = standard
        elif mode == 1 and at < len(data):
            self.tables[number] = repeated(data[at])
            at += 1
        elif mode == 2:
            self.tables[number], used = written(data[at:], _MOST[number])
            at += used
        if not self.tables[number] or any(c.symbol > _LARGEST[number] for c in self.tables[number]):
            raise NotZstd("a table is not there, or of other symbols")
        return at

    def _sequences(self, count: int, literals: bytes, bits: Backward) -> None:
        lengths, offsets, matches = self.tables
        states = [bits.read(len(cells).bit_length() - 1) for cells in self.tables]
        out, used = self.out, 0
        for number in range(count):
            length, offset, match = lengths[states[0]], offsets[states[1]], matches[states[2]]
            value = (1 << offset.symbol) + bits.read(offset.symbol)
            first, extra = _MATCH[match.symbol]
            copied = first + bits.read(extra)
            first, extra = _LITERAL[length.symbol]
            plain = first + bits.read(extra)
            if number < count - 1:
                states[0] = length.base + bits.read(length.bits)
                states[2] = match.base + bits.read(match.bits)
                states[1] = offset.base + bits.read(offset.bits)
            back = self._offset(value, plain)
            out += literals[used : used + plain]
            used += plain
            if bits.left < 0 or used > len(literals) or not 0 < back <= len(out):
                raise NotZstd("a sequence leads outside of what was written")
            if len(out) + copied > self.limit:
                raise NotZstd("it holds more than the limit")
            if copied <= back:
                out += out[len(out) - back : len(out) - back + copied]
            else:
                unit = bytes(out[-back:])
                out += (unit * (copied // back + 1))[:copied]
        out += literals[used:]

    def _offset(self, value: int, plain: int) -> int:
        """Return how far back is copied from: a number, or one of the last three."""
        recent = self.recent
        if value > 3:
            self.recent = [value - 3, recent[0], recent[1]]
            return value - 3
        index = value - (1 if plain else 0)
        if index == 0:
            return recent[0]
        found = recent[0] - 1 if index == 3 else recent[index]
        self.recent = [found, recent[0], recent[2] if index == 1 else recent[1]]
        return found

    def _literals(self, data: bytes) -> tuple[bytes, int]:
        kind, form = data[0] & 3, data[0] >> 2 & 3
        if kind < 2:
            width, shift = ((1, 3), (2, 4), (1, 3), (3, 4))[form]
            size = int.from_bytes(data[:width], "little") >> shift
            taken = 1 if kind else size
            body = data[width : width + taken]
            if len(body) != taken or size > _BLOCK:
                raise NotZstd("literals are cut")
            return body * size if kind else body, width + taken
        width, bits = ((3, 10), (3, 10), (4, 14), (5, 18))[form]
        head = int.from_bytes(data[:width], "little") >> 4
        size, packed = head & (1 << bits) - 1, head >> bits & (1 << bits) - 1
        body = data[width : width + packed]
        if len(body) != packed or size > _BLOCK:
            raise NotZstd("literals are cut")
        if kind == 2:
            self.codes, self.longest, used = huffman(body)
            body = body[used:]
        if not self.codes:
            raise NotZstd("literals have no tree")
        if form == 0:
            return self._decoded(body, size), width + packed
        ends = [int.from_bytes(body[at : at + 2], "little") for at in (0, 2, 4)]
        body, each = body[6:], (size + 3) // 4
        found = b""
        for number, end in enumerate((*ends, len(body))):
            part, body = body[:end], body[end:]
            found += self._decoded(part, each if number < 3 else size - 3 * each)
        return found, width + packed

    def _decoded(self, data: bytes, size: int) -> bytes:
        bits, codes, longest = Backward(data), self.codes, self.longest
        out = bytearray()
        for _ in range(size):
            symbol, count = codes[bits.peek(longest)]
            bits.left -= count
            out.append(symbol)
        if bits.left:
            raise NotZstd("literals do not end where their stream does")
        return bytes(out)


def _count(data: bytes, at: int) -> tuple[int, int]:
    """Return how many sequences follow, and where they begin."""
    if at >= len(data):
        raise NotZstd("a block ends before its sequences")
    first = data[at]
    if first < 128:
        return first, at + 1
    if first < 255:
        return (first - 128 << 8) + int.from_bytes(data[at + 1 : at + 2], "little"), at + 2
    return int.from_bytes(data[at + 1 : at + 3], "little") + 0x7F00, at + 3
