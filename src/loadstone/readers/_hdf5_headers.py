"""HDF5's object headers, of both versions: the messages that say what an object is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from loadstone.readers._hdf5 import Hdf5, NotHdf5, number

DATASPACE, LINK_INFO, DATATYPE, LINK, EXTERNAL, LAYOUT = 1, 2, 3, 6, 7, 8
FILTERS, ATTRIBUTE, CONTINUATION, SYMBOLS, ATTRIBUTE_INFO = 11, 12, 16, 17, 21
_MESSAGES = 100_000
_CHUNKS = 20_000
_SIZE = 16 << 20
_SHARED = 2


class Message(NamedTuple):
    """One message; a shared one is only a reference to where it stands."""

    kind: int
    flags: int
    data: bytes

    @property
    def shared(self) -> bool:
        """Whether the content stands elsewhere."""
        return bool(self.flags & _SHARED)


def messages(file: Hdf5, address: int) -> list[Message]:
    """Return the messages of the object at an address."""
    start = file.read(address, 16)
    if start[:4] == b"OHDR":
        return list(_second(file, address, start))
    if start[0] != 1:
        raise NotHdf5("no object stands where one should", file.start + address)
    return list(_first(file, address, start))


def _first(file: Hdf5, address: int, start: bytes) -> Iterator[Message]:
    count, size = number(start, 2, 2), number(start, 8, 4)
    waiting = [(address + 16, size)]
    seen = 0
    for chunk in range(_CHUNKS):
        if chunk >= len(waiting):
            return
        place, length = waiting[chunk]
        data = file.read(place, _bounded(length))
        at = 0
        while at + 8 <= len(data) and seen < min(count, _MESSAGES):
            file.spend()
            seen += 1
            kind, inside = number(data, at, 2), number(data, at + 2, 2)
            message = Message(kind, data[at + 4], data[at + 8 : at + 8 + inside])
            at += 8 + inside
            if kind == CONTINUATION:
                waiting.append(_continued(file, message))
            elif kind:
                yield message


def _second(file: Hdf5, address: int, start: bytes) -> Iterator[Message]:
    if start[4] != 2:
        raise NotHdf5(f"an object header has the version {start[4]}", file.start + address + 4)
    flags = start[5]
    before = 6 + (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
    width = 1 << (flags & 3)
    size = number(file.read(address + before, width), 0, width)
    head = 6 if flags & 4 else 4  # with the order of creation
    waiting = [(address + before + width, size)]
    for chunk in range(_CHUNKS):
        if chunk >= len(waiting):
            return
        data = file.read(waiting[chunk][0], _bounded(waiting[chunk][1]))
        at = 0
        while at + head <= len(data):
            file.spend()
            kind, inside = data[at], number(data, at + 1, 2)
            message = Message(kind, data[at + 3], data[at + head : at + head + inside])
            at += head + inside
            if kind == CONTINUATION:
                place, length = _continued(file, message)
                if length < 8 or file.read(place, 4) != b"OCHK":
                    raise NotHdf5("an object header does not go on", file.start + place)
                waiting.append((place + 4, length - 8))
            elif kind:
                yield message


def _continued(file: Hdf5, message: Message) -> tuple[int, int]:
    return file.offset(message.data, 0), file.length(message.data, file.offsets)


def _bounded(size: int) -> int:
    if size > _SIZE:
        raise NotHdf5(f"an object header takes {size} bytes", kind="limit")
    return size


def reference(file: Hdf5, data: bytes) -> int:
    """Return the address of the object that holds what is shared."""
    version, kind = number(data, 0, 1), number(data, 1, 1)
    if version == 3 and kind == 1:
        raise NotHdf5("a message stands in the heap of shared ones, which is not read")
    return file.offset(data, 8 if version == 1 else 2)
