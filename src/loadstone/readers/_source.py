"""Bytes by offset: a regular file read by its descriptor, a part of one, or bytes in memory."""

from __future__ import annotations

import errno
import mmap
import os
import stat
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Protocol

from loadstone.runtime.pickle_values import Call

if TYPE_CHECKING:
    from typing_extensions import Self

Buffer = bytes | bytearray | memoryview | mmap.mmap
OnBuild = Callable[[Call, int], int]
# between these file systems, or by this kernel, nothing is copied but through memory
_NO_COPY: Final = (errno.EXDEV, errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EBADF)


class Unreadable(OSError):  # noqa: N818 - it says what the path is, as `Malformed` does
    """The path is no regular file: a FIFO, a device, a socket."""


class Source(Protocol):
    """Something of a known size that can be read at any offset."""

    size: int

    def pread(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset` on: fewer at the end, never an error."""
        ...


class FileSource:
    """A regular file, opened once; what was checked is what is read."""

    def __init__(self, path: str) -> None:
        kind = os.stat(path).st_mode  # noqa: PTH116 - the path is kept as it was given
        if not stat.S_ISREG(kind):
            raise Unreadable(f"`{path}` is {_kind(kind)}, not a file")
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        self.fd = os.open(path, flags | getattr(os, "O_CLOEXEC", 0))
        now = os.fstat(self.fd)
        self.size = now.st_size
        if not stat.S_ISREG(now.st_mode):
            os.close(self.fd)
            raise Unreadable(f"`{path}` is {_kind(now.st_mode)}, not a file")

    def pread(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset` on."""
        if offset < 0 or length <= 0 or offset >= self.size:
            return b""
        length = min(length, self.size - offset)
        if hasattr(os, "pread"):
            data = os.pread(self.fd, length, offset)
        else:  # Windows
            os.lseek(self.fd, offset, os.SEEK_SET)
            data = os.read(self.fd, length)
        if len(data) in (0, length):
            return data
        return data + self.pread(offset + len(data), length - len(data))  # a short read

    def read_into(self, room: memoryview, offset: int) -> int:
        """Fill `room` with the bytes from `offset` on; return how many: fewer at the end."""
        if not hasattr(os, "preadv"):  # Windows
            data = self.pread(offset, len(room))
            room[: len(data)] = data
            return len(data)
        at = 0
        while at < len(room) and (count := os.preadv(self.fd, [room[at:]], offset + at)):
            at += count
        return at

    def copy_to(self, file: int, offset: int, at: int, length: int) -> int:
        """Let the system copy up to `length` bytes from `offset` on to `at` of a descriptor.

        Returns how many it copied: none where it cannot between these two.
        """
        if not hasattr(os, "copy_file_range"):
            return 0
        try:
            return os.copy_file_range(self.fd, file, length, offset, at)
        except OSError as error:
            if error.errno in _NO_COPY:
                return 0
            raise

    def close(self) -> None:
        """Close the descriptor."""
        os.close(self.fd)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class MemorySource:
    """Bytes that are in memory already."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.size = len(data)

    def pread(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset` on."""
        if offset < 0 or length <= 0:
            return b""
        return self.data[offset : offset + length]


class Part:
    """A stretch of another source, as if it were a file of its own."""

    def __init__(self, source: Source, offset: int, size: int) -> None:
        self.source = source
        self.offset = offset
        self.size = max(0, min(size, source.size - offset))

    def pread(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset` on."""
        if offset < 0 or offset >= self.size:
            return b""
        return self.source.pread(self.offset + offset, min(length, self.size - offset))


def _kind(mode: int) -> str:
    kinds = {
        stat.S_IFIFO: "a pipe",
        stat.S_IFCHR: "a character device",
        stat.S_IFBLK: "a block device",
        stat.S_IFSOCK: "a socket",
        stat.S_IFDIR: "a directory",
    }
    return kinds.get(stat.S_IFMT(mode), "something else")
