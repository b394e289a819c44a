"""HDF5 as bytes: its superblock, its addresses, and a budget for everything that is read of it.

A subset of the format, without its library, which is native code.
https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html
"""

from __future__ import annotations

from loadstone.readers._source import Source

SIGNATURE = b"\x89HDF\r\n\x1a\n"
_PLACES = (0, *(512 << shift for shift in range(20)))  # behind a user block, a power of two
_BYTES = 128 << 20
_READS = 400_000


class NotHdf5(Exception):  # noqa: N818 - the bytes' fault
    """The bytes are no HDF5. `kind` is `malformed`, `truncated` or `limit`, as of `Damage`."""

    def __init__(self, why: str, at: int | None = None, kind: str = "malformed") -> None:
        super().__init__(why)
        self.why = why
        self.at = at
        self.kind = kind


def find(source: Source, head: bytes) -> int | None:
    """Return where the signature stands: at the start, or behind a user block."""
    for place in _PLACES:
        if place >= source.size:
            return None
        inside = head[place : place + 8] if place + 8 <= len(head) else source.pread(place, 8)
        if inside == SIGNATURE:
            return place
    return None


class Hdf5:
    """One HDF5 file: reads at its addresses, within a budget of bytes and of reads.

    Raises `NotHdf5` where the superblock is none.
    """

    def __init__(self, source: Source, start: int = 0) -> None:
        self.source = source
        self.start = start  # of the superblock; the bytes before it are the user's
        self.version = 0
        self.end = 0  # of the file, as it says itself
        self.root = 0  # address of the root group's header
        self.offsets = self.lengths = 8  # bytes of an address and of a length
        self._bytes, self._reads = _BYTES, _READS
        self._superblock()

    @property
    def missing(self) -> int:
        """How many bytes the file is shorter than it says."""
        return max(0, self.end - self.source.size)

    @property
    def undefined(self) -> int:
        """The address that leads nowhere."""
        return (1 << 8 * self.offsets) - 1

    def spend(self, steps: int = 1) -> None:
        """Count work; too much of it ends the reading."""
        self._reads -= steps
        if self._reads < 0:
            raise NotHdf5("it takes too many steps to read", kind="limit")

    def read(self, address: int, length: int) -> bytes:
        """Return exactly `length` bytes at an address of the file."""
        self.spend()
        self._bytes -= length
        if self._bytes < 0:
            raise NotHdf5("too many of its bytes would have to be read", kind="limit")
        at = self.start + address
        if address == self.undefined:
            raise NotHdf5("an address leads nowhere")
        data = self.source.pread(at, length) if at + length <= self.source.size else b""
        if len(data) != length:
            cut = at + length <= self.end
            why = "the file ends before it" if cut else "an address leads out of the file"
            raise NotHdf5(why, min(at, self.source.size), "truncated" if cut else "malformed")
        return data

    def offset(self, data: bytes, at: int) -> int:
        """Return the address that stands in `data`."""
        return number(data, at, self.offsets)

    def length(self, data: bytes, at: int) -> int:
        """Return the length that stands in `data`."""
        return number(data, at, self.lengths)

    def _superblock(self) -> None:
        head = self.source.pread(self.start, 96)
        self.version = number(head, 8, 1)
        if self.version > 3:
            raise NotHdf5(f"its superblock has the version {self.version}", self.start + 8)
        old = self.version < 2
        self.offsets, self.lengths = (
            (number(head, 13, 1), number(head, 14, 1))
            if old
            else (number(head, 9, 1), number(head, 10, 1))
        )
        if self.offsets not in (4, 8) or self.lengths not in (4, 8):
            raise NotHdf5(f"its addresses take {self.offsets} bytes", self.start + 8)
        places = {0: 24, 1: 28}.get(self.version, 12)
        self.end = self.offset(head, places + 2 * self.offsets)
        behind = places + (4 * self.offsets if old else 3 * self.offsets)
        self.root = self.offset(head, behind + (self.offsets if old else 0))


def number(data: bytes, at: int, size: int) -> int:
    """Return the unsigned number of `size` bytes at `at`."""
    if at < 0 or at + size > len(data):
        raise NotHdf5("a record of it ends too early")
    return int.from_bytes(data[at : at + size], "little")
