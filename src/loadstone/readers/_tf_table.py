"""LevelDB's table: sorted keys in blocks, their prefixes shared, each block with a checksum.

TensorFlow keeps the index of a checkpoint in one.
https://github.com/google/leveldb/blob/main/doc/table_format.md
"""

from __future__ import annotations

from collections.abc import Iterator

from loadstone.core.facts import Damage
from loadstone.readers._crc32c import crc32c, masked
from loadstone.readers._snappy import NotSnappy, inflate
from loadstone.readers._source import Source

MAGIC = bytes.fromhex("57fb808b247547db")
FOOTER = 48
_BLOCK = 8 << 20  # the largest block that is read
_TOTAL = 64 << 20  # that all blocks may take together
_CHECKED = 2 << 20  # bytes whose checksum is computed
ENTRIES = 200_000


class Table:
    """The entries of one table; what is wrong with it is noted, and ends the reading."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.damage: list[Damage] = []
        self._left = _TOTAL
        self._unchecked = _CHECKED

    def entries(self) -> Iterator[tuple[bytes, bytes]]:
        """Yield keys and values, in their order."""
        footer = self.source.pread(max(0, self.source.size - FOOTER), FOOTER)
        if len(footer) < FOOTER or footer[-8:] != MAGIC:
            self._note("the table does not end with its footer", self.source.size, "truncated")
            return
        try:
            yield from self._entries(footer)
        except IndexError:
            self._note("an entry of the table goes on where its block ends", None)
        except _Stop as stop:
            self.damage.append(stop.damage)

    def _entries(self, footer: bytes) -> Iterator[tuple[bytes, bytes]]:
        at = 0
        for _ in range(2):  # the handle of the meta index
            _, at = _varint(footer, at)
        offset, at = _varint(footer, at)
        size, at = _varint(footer, at)
        count = 0
        for _, handle in _walk(self._block(offset, size)):
            offset, to = _varint(handle, 0)
            size, _ = _varint(handle, to)
            for entry in _walk(self._block(offset, size)):
                count += 1
                if count > ENTRIES:
                    self._note(f"it has more than {ENTRIES} entries", offset, "limit")
                    return
                yield entry

    def _block(self, offset: int, size: int) -> bytes:
        if offset + size + 5 > self.source.size:
            raise _Stop("a block lies behind the end of the table", offset)
        self._left -= size
        if size > _BLOCK or self._left < 0:
            raise _Stop(f"the blocks take more than the limit of {_TOTAL} bytes", offset, "limit")
        data = self.source.pread(offset, size + 5)
        kind, stored = data[size], int.from_bytes(data[size + 1 :], "little")
        self._unchecked -= size
        if self._unchecked > 0 and masked(crc32c(data[: size + 1])) != stored:
            raise _Stop("the bytes of a block do not match their checksum", offset, "crc")
        if kind == 0:
            return data[:size]
        if kind != 1:
            raise _Stop(f"a block is compressed in an unknown way ({kind})", offset)
        try:
            unpacked = inflate(data[:size], _BLOCK)
        except NotSnappy as error:
            raise _Stop(f"a block does not inflate: {error}", offset) from error
        self._left -= len(unpacked)
        return unpacked

    def _note(self, why: str, at: int | None, kind: str = "malformed") -> None:
        self.damage.append(Damage(kind, why, at))


class _Stop(Exception):  # noqa: N818 - the reading ends
    def __init__(self, why: str, at: int, kind: str = "malformed") -> None:
        super().__init__(why)
        self.damage = Damage(kind, why, at)


def _walk(block: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the entries of a block: shared prefix, own part, value; restarts stand at its end."""
    restarts = int.from_bytes(block[-4:], "little")
    end = len(block) - 4 - 4 * restarts
    if end < 0:
        raise IndexError
    at, key = 0, b""
    while at < end:
        shared, at = _varint(block, at)
        own, at = _varint(block, at)
        length, at = _varint(block, at)
        if shared > len(key) or at + own + length > end or shared + own > 1 << 16:
            raise IndexError
        key = key[:shared] + block[at : at + own]
        at += own
        yield key, block[at : at + length]
        at += length


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while shift < 64:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
    raise IndexError
