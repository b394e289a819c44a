"""TensorStore's OCDBT: a B+tree of keys and values in files of a folder, behind a manifest.

https://google.github.io/tensorstore/kvstore/ocdbt/index.html#storage-format
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from loadstone.readers import _crc32c, _zstd
from loadstone.readers._records import FolderRecords
from loadstone.readers._within import is_inside, open_in

__all__ = ["MANIFEST", "NotOcdbt", "values"]

MANIFEST = "manifest.ocdbt"
_OF_MANIFEST, _OF_NODE = b"\x0c\xdb\x3a\x2a", b"\x0c\xdb\x20\xde"
_NODES = 2000
_BYTES = 3 << 20  # of all nodes and values together, packed and unpacked: about two seconds
_HEIGHT = 16
_ENTRIES = 200_000
_VALUE = 64 << 10


class NotOcdbt(ValueError):  # noqa: N818 - the bytes' fault
    """The files are no such database, or larger than the limit.

    `kind` is a word of damage, and `member` the file that it is of.
    """

    def __init__(self, why: str, kind: str = "malformed", member: str = MANIFEST) -> None:
        super().__init__(why)
        self.kind = kind
        self.member = member


class _Place(NamedTuple):
    """Bytes of a file, and the part of its path that holds for what they lead to."""

    base: str
    path: str
    at: int
    size: int


def values(records: FolderRecords, root: str, wanted: Callable[[str], bool]) -> dict[str, bytes]:
    """Return the values of the newest version whose keys are wanted.

    `root` is the folder of the database, with a slash at its end. Raises `NotOcdbt`.
    """
    tree = _Tree(records, root)
    found: dict[str, bytes] = {}
    for key, value in tree.entries():
        name = key.decode("utf-8", "replace")
        if not wanted(name):
            continue
        data = tree.bytes_of(value) if isinstance(value, _Place) else value
        found[name] = data
    return found


class _Tree:
    def __init__(self, records: FolderRecords, root: str) -> None:
        self.records = records
        self.root = root
        self.nodes = 0
        self.left = _BYTES
        self.seen: set[_Place] = set()

    def entries(self) -> Iterator[tuple[bytes, bytes | _Place]]:
        """Yield the keys with their values, or where those lie."""
        size = self.records.size(f"{self.root}{MANIFEST}")
        body = _Body(self._opened(_Place("", MANIFEST, 0, size), _OF_MANIFEST))
        first = _root(body)
        waiting = [(first[0], first[1], b"")] if first is not None else []
        left = _ENTRIES
        while waiting:
            place, height, prefix = waiting.pop()
            if place in self.seen or height > _HEIGHT:
                raise NotOcdbt("its nodes lead in a circle, or too deep")
            self.seen.add(place)
            body = _Body(self._opened(place, _OF_NODE))
            if body.take(1)[0] != height:
                raise NotOcdbt("a node has another height than its parent says")
            files = _files(body, place.base)
            count = body.number()
            left -= count
            if left < 0:
                raise NotOcdbt("it has more entries than the limit", "limit")
            if height:
                waiting += reversed(_children(body, files, count, height, prefix))
            else:
                yield from _leaves(body, files, count, prefix)

    def bytes_of(self, place: _Place) -> bytes:
        """Return a value that lies in a file by itself."""
        return self._read(place)

    def _read(self, place: _Place) -> bytes:
        name = f"{self.root}{place.path}"
        self.left -= place.size
        if self.left < 0:
            raise NotOcdbt("it is larger than the limit", "limit")
        if not is_inside(place.path):
            raise NotOcdbt("a file is named that is not in the folder")
        try:
            with open_in(self.records.root, name) as source:
                data = source.pread(place.at, place.size)
        except OSError as error:
            raise NotOcdbt(
                f"`{place.path[:200]}`, which holds a part of the arrays, is not in the folder",
                "missing-member",
                place.path[:400],
            ) from error
        if len(data) != place.size:
            raise NotOcdbt(
                f"`{place.path[:200]}` ends before a part of the arrays",
                "short-member",
                place.path[:400],
            )
        return data

    def _opened(self, place: _Place, magic: bytes) -> bytes:
        """Return the body of a manifest or a node."""
        self.nodes += 1
        if self.nodes > _NODES:
            raise NotOcdbt("it has more nodes than the limit", "limit")
        data = self._read(place)
        if data[:4] != magic or int.from_bytes(data[4:12], "little") != len(data):
            raise NotOcdbt("no node lies where one is said to be", member=place.path[:400])
        if _crc32c.crc32c(data[:-4]).to_bytes(4, "little") != data[-4:]:
            raise NotOcdbt("its bytes do not match their checksum", "crc", place.path[:400])
        head = _Body(data[12:-4])
        version, packed = head.number(), head.number()
        if version or packed > 1:
            raise NotOcdbt(f"it is of version {version}, packed as {packed}")
        body = head.rest()
        if packed:
            try:
                body = _zstd.unpack(body, self.left)
            except _zstd.NotZstd as error:
                kind = "limit" if "limit" in str(error) else "malformed"
                raise NotOcdbt(str(error), kind, place.path[:400]) from error
        self.left -= len(body)
        return body


class _Body:
    """The numbers and bytes of a node, one after the other."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, size: int) -> bytes:
        """Return the next bytes."""
        if size > len(self.data) - self.at:
            raise NotOcdbt("a node ends early")
        self.at += size
        return self.data[self.at - size : self.at]

    def rest(self) -> bytes:
        """Return what is left."""
        return self.take(len(self.data) - self.at)

    def number(self) -> int:
        """Return the next number, seven bits in a byte."""
        value = 0
        for shift in range(0, 70, 7):
            byte = self.take(1)[0]
            value |= (byte & 127) << shift
            if byte < 128:
                return value
        raise NotOcdbt("a number does not end")

    def numbers(self, count: int) -> list[int]:
        """Return so many numbers."""
        if count > len(self.data) - self.at:
            raise NotOcdbt("a node ends early")
        return [self.number() for _ in range(count)]


def _root(body: _Body) -> tuple[_Place, int] | None:
    """Return the newest tree and its height, nothing where no version has one."""
    body.take(16)
    kind = body.number()
    body.numbers(2)
    body.take(1)
    if body.number():
        body.take(4)
    if kind:
        raise NotOcdbt("its manifest is in several files")
    files = _files(body, "")
    count = body.number()
    body.numbers(count)
    heights = body.take(count)
    which, at, size = body.numbers(count), body.numbers(count), body.numbers(count)
    if not count or not size[-1]:
        return None
    base, path = _one(files, which[-1])
    return _Place(base, path, at[-1], size[-1]), heights[-1]


def _files(body: _Body, before: str) -> list[tuple[str, str]]:
    """Return the files that a node names: what holds for their own nodes, and the whole path."""
    count = body.number()
    shared = [0, *body.numbers(count - 1)] if count else []
    lengths, bases = body.numbers(count), body.numbers(count)
    found: list[tuple[str, str]] = []
    path = b""
    for prefix, length, base in zip(shared, lengths, bases, strict=True):
        path = path[:prefix] + body.take(length)
        if len(path) > _VALUE or len(found) > _NODES:
            raise NotOcdbt("it names more files than the limit", "limit")
        whole = path.decode("utf-8", "replace")
        found.append((before + path[:base].decode("utf-8", "replace"), before + whole))
    return found


def _one(files: list[tuple[str, str]], number: int) -> tuple[str, str]:
    if number >= len(files):
        raise NotOcdbt("a node names a file that its table has not")
    return files[number]


def _keys(body: _Body, shared: list[int], lengths: list[int]) -> list[bytes]:
    found: list[bytes] = []
    key = b""
    for prefix, length in zip(shared, lengths, strict=True):
        key = key[:prefix] + body.take(length)
        if len(key) > _VALUE:
            raise NotOcdbt("a key is longer than the limit", "limit")
        found.append(key)
    return found


def _children(
    body: _Body, files: list[tuple[str, str]], count: int, height: int, prefix: bytes
) -> list[tuple[_Place, int, bytes]]:
    shared = [0, *body.numbers(count - 1)] if count else []
    lengths, common = body.numbers(count), body.numbers(count)
    keys = _keys(body, shared, lengths)
    which, at, size = body.numbers(count), body.numbers(count), body.numbers(count)
    return [
        (_Place(*_one(files, which[n]), at[n], size[n]), height - 1, prefix + keys[n][: common[n]])
        for n in range(count)
    ]


def _leaves(
    body: _Body, files: list[tuple[str, str]], count: int, prefix: bytes
) -> Iterator[tuple[bytes, bytes | _Place]]:
    shared = [0, *body.numbers(count - 1)] if count else []
    keys = _keys(body, shared, body.numbers(count))
    sizes, kinds = body.numbers(count), body.numbers(count)
    beside = sum(1 for kind in kinds if kind)
    which, at = body.numbers(beside), body.numbers(beside)
    place = 0
    for key, size, kind in zip(keys, sizes, kinds, strict=True):
        if kind:
            yield prefix + key, _Place(*_one(files, which[place]), at[place], size)
            place += 1
        else:
            yield prefix + key, body.take(size)
