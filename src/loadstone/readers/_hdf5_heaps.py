"""HDF5's heaps: the local ones of names, the global ones of long texts, the fractal ones."""

from __future__ import annotations

from loadstone.core.classes import dataclass, field
from loadstone.readers._hdf5 import Hdf5, NotHdf5, number

_NAMES = 32 << 20
_COLLECTION = 96 << 20
_DEPTH = 8


class LocalHeap:
    """The names of one group, each at an offset and ended by a zero byte."""

    def __init__(self, file: Hdf5, address: int) -> None:
        head = file.read(address, 8 + 2 * file.lengths + file.offsets)
        if head[:4] != b"HEAP":
            raise NotHdf5("no heap of names stands where one should", file.start + address)
        size = file.length(head, 8)
        if size > _NAMES:
            raise NotHdf5(f"a heap of names takes {size} bytes", kind="limit")
        self.data = file.read(file.offset(head, 8 + 2 * file.lengths), size)

    def text(self, at: int) -> str:
        """Return the name at an offset."""
        end = self.data.find(b"\0", at)
        if at < 0 or at >= len(self.data) or end < 0:
            raise NotHdf5("a name lies outside its heap")
        return self.data[at:end].decode("utf-8", "backslashreplace")


@dataclass(slots=True)
class GlobalHeaps:
    """The collections that were met, each with the places of its objects."""

    file: Hdf5
    _seen: dict[int, dict[int, bytes]] = field(default_factory=dict)

    def get(self, address: int, index: int) -> bytes:
        """Return one object."""
        if address not in self._seen:
            self._seen[address] = self._collection(address)
        found = self._seen[address].get(index)
        if found is None:
            raise NotHdf5("a text is not in its heap", self.file.start + address)
        return found

    def _collection(self, address: int) -> dict[int, bytes]:
        file = self.file
        head = file.read(address, 8 + file.lengths)
        size = file.length(head, 8)
        if head[:4] != b"GCOL" or size > _COLLECTION:
            raise NotHdf5("no heap of texts stands where one should", file.start + address)
        data = file.read(address, size)
        found: dict[int, bytes] = {}
        at = 8 + file.lengths
        while at + 8 + file.lengths <= len(data):
            file.spend()
            index, length = number(data, at, 2), file.length(data, at + 8)
            at += 8 + file.lengths
            if index == 0:
                break
            if at + length > len(data):
                raise NotHdf5("a text is longer than its heap", file.start + address)
            found[index] = data[at : at + length]
            at += (length + 7) // 8 * 8
        return found


class FractalHeap:
    """Many small records, found by their place in a table of blocks that double in size."""

    def __init__(self, file: Hdf5, address: int) -> None:
        self.file = file
        lengths, offsets = file.lengths, file.offsets
        head = file.read(address, 22 + 12 * lengths + 3 * offsets)
        if head[:4] != b"FRHP":
            raise NotHdf5("no heap of records stands where one should", file.start + address)
        if number(head, 7, 2):
            raise NotHdf5("a heap of records is compressed, which is not read")
        self.id_size = number(head, 5, 2)
        largest_object = number(head, 10, 4)
        at = 14 + 10 * lengths + 2 * offsets
        self.width = number(head, at, 2)
        self.block = file.length(head, at + 2)
        self.largest = file.length(head, at + 2 + lengths)
        self.bits = number(head, at + 2 + 2 * lengths, 2)
        at += 6 + 2 * lengths
        self.root = file.offset(head, at)
        self.rows = number(head, at + offsets, 2)
        self.offset_size = (self.bits + 7) // 8
        self.length_size = min(
            (max(self.largest, 1).bit_length() + 6) // 8,  # of a power of two
            (max(largest_object, 1).bit_length() + 7) // 8,
        )
        powers = all(size and not size & (size - 1) for size in (self.width, self.block))
        if not powers or self.largest < self.block or self.bits > 64 or self.rows > 64:
            raise NotHdf5("a heap of records has sizes that make no sense", file.start + address)
        self.direct_rows = self.largest.bit_length() - self.block.bit_length() + 2

    def get(self, identifier: bytes) -> bytes:
        """Return one record."""
        kind = number(identifier, 0, 1) >> 4 & 3
        if kind == 2:
            return identifier[1 : 2 + (identifier[0] & 15)]
        if kind:
            raise NotHdf5("a record stands in a block of its own, which is not read")
        offset = number(identifier, 1, self.offset_size)
        length = number(identifier, 1 + self.offset_size, self.length_size)
        if length > self.largest:
            raise NotHdf5("a record is larger than its block")
        return self.file.read(self._place(offset), length)

    def _place(self, offset: int) -> int:
        """Return the address of a place in the heap."""
        address, rows = self.root, self.rows
        if not rows:
            return address + offset
        for _ in range(_DEPTH):
            row, column, inside = self._cell(offset)
            if row >= rows:
                raise NotHdf5("a record lies outside its heap")
            at = 5 + self.file.offsets + self.offset_size
            at += (row * self.width + column) * self.file.offsets
            if self.file.read(address, 4) != b"FHIB":
                raise NotHdf5("no table of blocks stands where one should")
            address = self.file.offset(self.file.read(address + at, self.file.offsets), 0)
            if row < self.direct_rows:
                return address + inside
            size = self._size(row)
            rows = size.bit_length() - (self.block * self.width).bit_length() + 1
            offset = inside
        raise NotHdf5("a heap of records is nested too deeply")

    def _size(self, row: int) -> int:
        return self.block << max(0, row - 1)

    def _cell(self, offset: int) -> tuple[int, int, int]:
        """Return the row, the column and the place inside of the block that holds an offset."""
        start = 0
        for row in range(65):
            span = self._size(row) * self.width
            if offset < start + span:
                column, inside = divmod(offset - start, self._size(row))
                return row, column, inside
            start += span
        raise NotHdf5("a record lies outside its heap")
