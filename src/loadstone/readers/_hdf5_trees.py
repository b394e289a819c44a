"""HDF5's B-trees: those of version 1 over the names of a group, those of version 2 over a heap."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from loadstone.readers._hdf5 import Hdf5, NotHdf5, number

_DEPTH = 16


class Symbol(NamedTuple):
    """One name of an old group."""

    name: int  # offset in the group's heap
    address: int  # of the object's header
    target: int | None  # offset in the heap of what a soft link leads to


def symbols(file: Hdf5, address: int) -> Iterator[Symbol]:
    """Yield the names of a group, in their order."""
    waiting = [(address, _DEPTH)]
    seen: set[int] = set()
    while waiting:
        place, level = waiting.pop()
        if place in seen:
            raise NotHdf5("a tree of names leads back into itself", file.start + place)
        seen.add(place)
        if file.read(place, 4) == b"SNOD":
            yield from _symbols(file, place)
            continue
        below = _below(file, place, level)
        waiting += [(child, level - 1) for child in reversed(below)]


def _below(file: Hdf5, address: int, level: int) -> list[int]:
    head = file.read(address, 8 + 2 * file.offsets)
    if head[:4] != b"TREE" or head[4] != 0 or level <= 0:
        raise NotHdf5("no tree of names stands where one should", file.start + address)
    count, step = number(head, 6, 2), file.lengths + file.offsets
    data = file.read(address + len(head), count * step + file.lengths)
    return [file.offset(data, index * step + file.lengths) for index in range(count)]


def _symbols(file: Hdf5, address: int) -> Iterator[Symbol]:
    count, size = number(file.read(address, 8), 6, 2), 2 * file.offsets + 24
    data = file.read(address + 8, count * size)
    for at in range(0, len(data), size):
        file.spend()
        cached = number(data, at + 2 * file.offsets, 4)
        target = number(data, at + 2 * file.offsets + 8, 4) if cached == 2 else None
        yield Symbol(file.offset(data, at), file.offset(data, at + file.offsets), target)


def records(file: Hdf5, address: int) -> Iterator[bytes]:
    """Yield the records of a tree of version 2, in their order."""
    head = file.read(address, 16 + file.offsets + 2 + file.lengths)
    if head[:4] != b"BTHD":
        raise NotHdf5("no tree of records stands where one should", file.start + address)
    node, size, depth = number(head, 6, 4), number(head, 10, 2), number(head, 12, 2)
    if not size or node > 1 << 20 or depth > _DEPTH or node < size + 16:
        raise NotHdf5("a tree of records has sizes that make no sense", file.start + address)
    root, count = file.offset(head, 16), number(head, 16 + file.offsets, 2)
    if root == file.undefined or not count:
        return
    widths = _widths(file, node, size, depth)
    waiting: list[bytes | tuple[int, int, int]] = [(root, count, depth)]
    seen: set[int] = set()
    while waiting:
        item = waiting.pop()
        if isinstance(item, bytes):
            yield item
            continue
        if item[0] in seen:
            raise NotHdf5("a tree of records leads back into itself", file.start + item[0])
        seen.add(item[0])
        waiting += reversed(list(_node(file, item, size, widths)))


def _widths(file: Hdf5, node: int, size: int, depth: int) -> list[tuple[int, int]]:
    """Return, for each level, the bytes of a child's count and of the count of all below it."""
    most = total = (node - 10) // size
    own = _bytes(most)
    widths = [(0, 0)]
    for level in range(1, depth + 1):
        below = _bytes(total) if level > 1 else 0
        widths.append((own, below))
        step = file.offsets + own + below
        most = (node - 10 - step) // (size + step)
        total = (most + 1) * total + most
    return widths


def _bytes(most: int) -> int:
    return (max(most, 1).bit_length() + 7) // 8


def _node(
    file: Hdf5, item: tuple[int, int, int], size: int, widths: list[tuple[int, int]]
) -> Iterator[bytes | tuple[int, int, int]]:
    address, count, level = item
    own, below = widths[level]
    step = file.offsets + own + below
    length = count * size + ((count + 1) * step if level else 0)
    data = file.read(address, 6 + length)
    if data[:4] != (b"BTIN" if level else b"BTLF"):
        raise NotHdf5("a tree of records breaks off", file.start + address)
    for index in range(count + 1):
        file.spend()
        if level:
            at = 6 + count * size + index * step
            child = file.offset(data, at), number(data, at + file.offsets, own), level - 1
            yield child
        if index < count:
            yield data[6 + index * size : 6 + (index + 1) * size]
