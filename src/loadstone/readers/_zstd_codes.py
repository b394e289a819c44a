"""The two codes of Zstandard: finite state entropy and Huffman's, and bits read from their end.

https://datatracker.ietf.org/doc/html/rfc8878#section-4
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Backward", "Cell", "NotZstd", "huffman", "repeated", "symbols", "table", "written"]

_SYMBOLS = 256
_HUFFMAN_BITS = 11


class NotZstd(ValueError):  # noqa: N818 - the bytes' fault
    """The bytes are no Zstandard, or more than the limit."""


class Cell(NamedTuple):
    """One state: the symbol that it stands for, and how the next state is read."""

    symbol: int
    bits: int
    base: int


class Backward:
    """Bits that are read from the end, behind the mark that is the highest bit of the last byte."""

    def __init__(self, data: bytes) -> None:
        if not data or not data[-1]:
            raise NotZstd("a stream of bits has no end")
        self.data = data
        self.left = len(data) * 8 - 9 + data[-1].bit_length()

    def read(self, count: int) -> int:
        """Return the next bits; past the beginning, zeros, and `left` is negative."""
        self.left -= count
        return self._at(self.left, count)

    def peek(self, count: int) -> int:
        """Return the next bits, which stay."""
        return self._at(self.left - count, count)

    def _at(self, start: int, count: int) -> int:
        missing = max(0, -start)
        if missing >= count:
            return 0
        first, last = (start + missing) >> 3, (start + count + 7) >> 3
        value = int.from_bytes(self.data[first:last], "little") >> ((start + missing) & 7)
        return (value & (1 << (count - missing)) - 1) << missing


def table(frequencies: list[int], accuracy: int) -> list[Cell]:
    """Return the states of a distribution; -1 stands for less than one."""
    size = 1 << accuracy
    held = [0] * size
    high = size
    for symbol, frequency in enumerate(frequencies):
        if frequency == -1:
            high -= 1
            held[high] = symbol
    step, mask, at = (size >> 1) + (size >> 3) + 3, size - 1, 0
    for symbol, frequency in enumerate(frequencies):
        for _ in range(frequency):
            held[at] = symbol
            at = (at + step) & mask
            while at >= high:
                at = (at + step) & mask
    if at:
        raise NotZstd("a distribution does not fill its table")
    counts = [abs(frequency) for frequency in frequencies]
    cells = []
    for symbol in held:
        following = counts[symbol]
        counts[symbol] += 1
        bits = accuracy + 1 - following.bit_length()
        cells.append(Cell(symbol, bits, (following << bits) - size))
    return cells


def repeated(symbol: int) -> list[Cell]:
    """Return the one state of a symbol that is always the same."""
    return [Cell(symbol, 0, 0)]


def written(data: bytes, most: int) -> tuple[list[Cell], int]:
    """Return a table that is described at the beginning of `data`, and the bytes that it takes."""
    if not data:
        raise NotZstd("a distribution is missing")
    accuracy = (data[0] & 15) + 5
    if accuracy > most:
        raise NotZstd("a distribution is finer than the format allows")
    whole = int.from_bytes(data[:600], "little")
    at, left = 4, 1 << accuracy
    frequencies: list[int] = []
    while left > 0:
        bits = (left + 1).bit_length()
        value = whole >> at & (1 << bits) - 1
        at += bits
        low, threshold = (1 << (bits - 1)) - 1, (1 << bits) - 1 - (left + 1)
        if value & low < threshold:
            at -= 1
            value &= low
        elif value > low:
            value -= threshold
        frequencies.append(value - 1)
        left -= abs(value - 1)
        more = value == 1
        while more:
            zeros = whole >> at & 3
            at += 2
            frequencies += [0] * zeros
            more = zeros == 3
            if len(frequencies) > _SYMBOLS:
                raise NotZstd("a distribution has too many symbols")
        if len(frequencies) > _SYMBOLS or at > 8 * min(len(data), 600):
            raise NotZstd("a distribution does not end")
    if left:
        raise NotZstd("a distribution sums up to more than its table")
    return table(frequencies, accuracy), (at + 7) >> 3


def symbols(cells: list[Cell], data: bytes) -> list[int]:
    """Return the symbols of a stream that two states read in turn, until its bits are used up."""
    bits = Backward(data)
    accuracy = len(cells).bit_length() - 1
    states = [bits.read(accuracy), bits.read(accuracy)]
    found: list[int] = []
    turn = 0
    while bits.left >= 0 and len(found) < _SYMBOLS:
        cell = cells[states[turn]]
        found.append(cell.symbol)
        states[turn] = cell.base + bits.read(cell.bits)
        turn = 1 - turn
        if bits.left < 0:
            found.append(cells[states[turn]].symbol)
    return found


def huffman(data: bytes) -> tuple[list[tuple[int, int]], int, int]:
    """Return the table of a tree: symbol and bits of each code, the longest code, bytes taken."""
    if not data:
        raise NotZstd("a tree is missing")
    head = data[0]
    if head < 128:
        body = data[1 : 1 + head]
        cells, used = written(body, 6)
        weights, taken = symbols(cells, body[used:]), 1 + head
    else:
        count = head - 127
        taken = 1 + (count + 1) // 2
        body = data[1:taken]
        weights = [nibble for byte in body for nibble in (byte >> 4, byte & 15)][:count]
    if len(data) < taken or max(weights, default=0) > _HUFFMAN_BITS or len(weights) >= _SYMBOLS:
        raise NotZstd("a tree has no such weights")
    total = sum(1 << (weight - 1) for weight in weights if weight)
    longest = total.bit_length()
    rest = (1 << longest) - total
    if not total or rest & (rest - 1) or longest > _HUFFMAN_BITS:
        raise NotZstd("the weights of a tree do not make it whole")
    weights.append(rest.bit_length())
    codes: list[tuple[int, int]] = []
    for weight in range(1, longest + 1):
        for symbol, own in enumerate(weights):
            if own == weight:
                codes += [(symbol, longest + 1 - weight)] * (1 << (weight - 1))
    return codes, longest, taken
