"""HDF5's objects: groups with their links, datasets with their places, attributes as text."""

from __future__ import annotations

from collections.abc import Iterator

from loadstone.core.classes import dataclass
from loadstone.core.facts import Extent, TensorFact
from loadstone.readers import _hdf5_headers as headers
from loadstone.readers import _hdf5_types as types
from loadstone.readers._hdf5 import Hdf5, NotHdf5, number
from loadstone.readers._hdf5_headers import Message
from loadstone.readers._hdf5_heaps import FractalHeap, GlobalHeaps, LocalHeap
from loadstone.readers._hdf5_trees import records, symbols

_LINKS = 200_000
_TEXT = 64 << 20  # of all attributes together
_VALUES = 200_000
_OBJECTS = 60_000
_HARD, _SOFT, _EXTERNAL = 0, 1, 64


@dataclass(frozen=True, slots=True)
class Link:
    """One name in a group: an object of this file, or a path that is not followed."""

    name: str
    address: int | None
    target: str = ""  # of a soft link, or `file:path` of an external one
    external: bool = False


@dataclass(frozen=True, slots=True)
class Value:
    """What an attribute holds: texts, or numbers that nobody asked for."""

    texts: tuple[bytes, ...] = ()
    scalar: bool = True
    other: str = ""  # what it is where it is no text


class Objects:
    """The objects of one file, each read when it is asked for."""

    def __init__(self, file: Hdf5) -> None:
        self.file = file
        self._heaps = GlobalHeaps(file)
        self._messages: dict[int, list[Message]] = {}
        self._text = _TEXT
        self._values = _VALUES

    def messages(self, address: int) -> list[Message]:
        """Return the messages of an object."""
        if address not in self._messages:
            if len(self._messages) >= _OBJECTS:
                raise NotHdf5("it holds more objects than are looked at", kind="limit")
            self._messages[address] = headers.messages(self.file, address)
        return self._messages[address]

    def links(self, address: int) -> dict[str, Link]:
        """Return what a group holds, by name; nothing for a dataset."""
        found: dict[str, Link] = {}
        for link in self._links(address):
            if len(found) >= _LINKS:
                raise NotHdf5("a group holds more names than are looked at", kind="limit")
            found.setdefault(link.name, link)
        return found

    def _links(self, address: int) -> Iterator[Link]:
        file = self.file
        for message in self.messages(address):
            data = message.data
            if message.kind == headers.SYMBOLS:
                yield from self._old(file.offset(data, 0), file.offset(data, file.offsets))
            elif message.kind == headers.LINK:
                yield _link(file, data)
            elif message.kind == headers.LINK_INFO:
                for record in self._dense(data, 10 if number(data, 1, 1) & 1 else 2, 4):
                    yield _link(file, record)

    def _dense(self, data: bytes, at: int, before: int) -> Iterator[bytes]:
        """Yield the records of a heap and a tree, whose addresses stand at a place of a message.

        `before` is how many bytes of the tree's records stand before the place in the heap.
        """
        file = self.file
        heap, tree = file.offset(data, at), file.offset(data, at + file.offsets)
        if file.undefined in (heap, tree):
            return
        dense = FractalHeap(file, heap)
        for record in records(file, tree):
            yield dense.get(record[before : before + dense.id_size])

    def _old(self, tree: int, heap: int) -> Iterator[Link]:
        names = LocalHeap(self.file, heap)
        for item in symbols(self.file, tree):
            name = names.text(item.name)
            if item.target is None:
                yield Link(name, item.address)
            else:
                yield Link(name, None, names.text(item.target))

    def attributes(self, address: int) -> dict[str, Value]:
        """Return the attributes of an object, by name."""
        found: dict[str, Value] = {}
        for message in self.messages(address):
            if message.kind == headers.ATTRIBUTE and not message.shared:
                found.update([self._attribute(message.data)])
            elif message.kind == headers.ATTRIBUTE_INFO:
                data = message.data
                for record in self._dense(data, 4 if number(data, 1, 1) & 1 else 2, 0):
                    found.update([self._attribute(record)])
        return found

    def _attribute(self, data: bytes) -> tuple[str, Value]:
        version, flags = number(data, 0, 1), number(data, 1, 1)
        sizes = [number(data, at, 2) for at in (2, 4, 6)]
        if version not in (1, 2, 3):
            raise NotHdf5(f"an attribute has the version {version}")
        at = 9 if version == 3 else 8
        places = []
        for size in sizes:
            places.append(data[at : at + size])
            at += (size + 7) // 8 * 8 if version == 1 else size
        name = places[0].partition(b"\0")[0].decode("utf-8", "backslashreplace")
        shared = flags if version > 1 else 0
        kind = types.parse(self._shared(places[1], headers.DATATYPE) if shared & 1 else places[1])
        space = self._shared(places[2], headers.DATASPACE) if shared & 2 else places[2]
        return name, self._value(kind, types.shape(self.file, space), data[at:])

    def _shared(self, data: bytes, kind: int) -> bytes:
        """Return the content of a message that stands in another object."""
        address = headers.reference(self.file, data)
        for message in self.messages(address):
            if message.kind == kind and not message.shared:
                return message.data
        raise NotHdf5("a shared message is not where it should be", self.file.start + address)

    def _value(self, kind: types.Type, shape: tuple[int, ...] | None, data: bytes) -> Value:
        if shape is None:
            return Value((), scalar=False)
        count = 1
        for size in shape:
            count *= size
        if not kind.is_string:
            return Value(scalar=not shape, other=f"{count} × {kind.name}")
        self._values -= count
        if self._values < 0:
            raise NotHdf5("its attributes hold more texts than are looked at", kind="limit")
        step = kind.size
        if count * step > len(data):
            raise NotHdf5("an attribute is longer than its record")
        texts = []
        for at in range(0, count * step, step or 1):
            item = data[at : at + step]
            text = self._long(item) if kind.text else item.rstrip(b"\0")
            self._text -= len(text)
            if self._text < 0:
                raise NotHdf5("its attributes are longer than is looked at", kind="limit")
            texts.append(text)
        return Value(tuple(texts), scalar=not shape)

    def _long(self, item: bytes) -> bytes:
        self.file.spend()
        address, index = self.file.offset(item, 4), number(item, 4 + self.file.offsets, 4)
        if not index:
            return b""
        return self._heaps.get(address, index)[: number(item, 0, 4)]

    def dataset(self, address: int) -> TensorFact | str | None:
        """Return a dataset's elements and place, in words where there is no dtype for them.

        Nothing for a group.
        """
        parts: dict[int, bytes] = {}
        for message in self.messages(address):
            if message.kind in (headers.DATASPACE, headers.DATATYPE, headers.LAYOUT):
                data = message.data
                parts[message.kind] = self._shared(data, message.kind) if message.shared else data
            elif message.kind in (headers.FILTERS, headers.EXTERNAL):
                parts[message.kind] = message.data
        if headers.LAYOUT not in parts or headers.DATATYPE not in parts:
            return None
        kind = types.parse(parts[headers.DATATYPE])
        shape = types.shape(self.file, parts.get(headers.DATASPACE, b""))
        if headers.EXTERNAL in parts:
            return "kept in another file, which is not opened"
        if shape is None or kind.word is None:
            return kind.name if shape is not None else "nothing"
        return TensorFact(kind.word, shape, extent=self._extent(kind, shape, parts))

    def _extent(
        self, kind: types.Type, shape: tuple[int, ...], parts: dict[int, bytes]
    ) -> Extent | None:
        how, address, size = types.stored(self.file, parts[headers.LAYOUT])
        count = 1
        for axis in shape:
            count *= axis
        need = count * kind.size
        plain = how == "contiguous" and headers.FILTERS not in parts and kind.word != "string"
        if not plain or address == self.file.undefined or not need:
            return None
        if size is not None and size < need:
            raise NotHdf5(f"a dataset of {need} bytes is kept in {size}")
        at = self.file.start + address
        stride = _strides(shape)
        return Extent("", at, need, 0, stride, str(at), byteorder="big" if kind.big else "little")


def _strides(shape: tuple[int, ...]) -> tuple[int, ...]:
    found: list[int] = []
    step = 1
    for size in reversed(shape):
        found.append(step)
        step *= size
    return tuple(reversed(found))


def _link(file: Hdf5, data: bytes) -> Link:
    """Return the link of a message."""
    version, flags = number(data, 0, 1), number(data, 1, 1)
    if version != 1:
        raise NotHdf5(f"a link has the version {version}")
    at = 2
    kind = _HARD
    if flags & 8:
        kind, at = number(data, at, 1), at + 1
    at += (8 if flags & 4 else 0) + (1 if flags & 16 else 0)
    width = 1 << (flags & 3)
    size = number(data, at, width)
    at += width
    if at + size > len(data):
        raise NotHdf5("a name is longer than its record")
    name = data[at : at + size].decode("utf-8", "backslashreplace")
    at += size
    if kind == _HARD:
        return Link(name, file.offset(data, at))
    inside = data[at + 2 : at + 2 + number(data, at, 2)]
    if kind == _EXTERNAL:
        target = inside[1:].rstrip(b"\0").replace(b"\0", b":")
        return Link(name, None, target.decode("utf-8", "backslashreplace"), external=True)
    target = inside if kind == _SOFT else b"a link of the user's own kind"
    return Link(name, None, target.decode("utf-8", "backslashreplace"))
