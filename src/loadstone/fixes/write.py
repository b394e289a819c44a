"""Tensors written as one safetensors file, streaming, beside what was read.

https://github.com/huggingface/safetensors#format
"""

from __future__ import annotations

import json
import shutil
import zlib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from loadstone.atomic import new_file
from loadstone.core import dtypes
from loadstone.core.facts import TensorFact
from loadstone.core.words import size
from loadstone.readers import Stretch

if TYPE_CHECKING:
    from typing_extensions import Self

WORDS: Final = {word: code for code, word in dtypes.SAFETENSORS.items()}
ALIGN: Final = 8
Bytes = Callable[[str, TensorFact], Stretch | Iterator[memoryview]]  # of the tensor of that name
_ROOM: Final = 1 << 20


class CannotWriteError(ValueError):
    """These tensors cannot be held by the format; the message says which."""


class NotProvedError(RuntimeError):
    """What was written does not read back as what was sent; nothing was kept."""


def header(tensors: Mapping[str, TensorFact], metadata: Mapping[str, str]) -> bytes:
    """Return the length and header of a file that holds `tensors`, in their order.

    Raises `CannotWriteError` for a dtype or a name that the format does not have.
    """
    fields: dict[str, object] = {"__metadata__": dict(metadata)} if metadata else {}
    offset = 0
    for key, fact in tensors.items():
        if fact.dtype not in WORDS:
            raise CannotWriteError(f"`{key}` is {fact.dtype}, which safetensors does not have")
        if key == "__metadata__":
            raise CannotWriteError("a tensor cannot be named `__metadata__` in safetensors")
        end = offset + fact.nbytes
        fields[key] = {
            "dtype": WORDS[fact.dtype],
            "shape": list(fact.shape),
            "data_offsets": [offset, end],
        }
        offset = end
    text = json.dumps(fields, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % ALIGN)
    return len(text).to_bytes(8, "little") + text


def write(
    path: Path,
    tensors: Mapping[str, TensorFact],
    read: Bytes,
    *,
    metadata: Mapping[str, str],
    progress: Callable[[int], None] | None = None,
) -> int:
    """Write `tensors` to `path` and read them back; return how many bytes of them there are.

    `read` gives the bytes of a tensor, packed, row-major and little-endian, in chunks, or says
    where they lie: those are copied, and compared with what they were copied from.
    Raises `FileExistsError`, `CannotWriteError`, `NotProvedError` where the bytes on disk are
    not those that were sent, and `OSError` as writing does; then nothing is left behind.
    """
    head = header(tensors, metadata)
    total, needed = 0, len(head) + sum(fact.nbytes for fact in tensors.values())
    free = shutil.disk_usage(path.absolute().parent).free
    if needed > free:
        raise CannotWriteError(f"`{path}` takes {size(needed)}, and {size(free)} are free")
    with new_file(path) as file, _Reader(file.name) as reader:
        file.write(head)
        start = len(head)
        for key, fact in tensors.items():
            sent, made, length = read(key, fact), _Checksum(), 0
            lies = sent if isinstance(sent, Stretch) else None
            for count in sent.copied(file) if isinstance(sent, Stretch) else made.by(file, sent):
                length += count
                if progress:
                    progress(count)
            if length != fact.nbytes:
                raise NotProvedError(f"`{key}` gave {length:,} of {fact.nbytes:,} bytes")
            file.flush()
            reader.expect(key, start + total, length, lies or made.value)
            total += length
        reader.finish()
    return total


class _Checksum:
    """The checksum of what is written."""

    def __init__(self) -> None:
        self.value = 0

    def by(self, file: IO[bytes], chunks: Iterator[memoryview]) -> Iterator[int]:
        """Write the chunks, and yield how many bytes each has."""
        for chunk in chunks:
            file.write(chunk)
            self.value = zlib.crc32(chunk, self.value)
            yield len(chunk)


class _Reader:
    """What was written is read back while more is written.

    It is compared with what it was copied from, or by its checksum where it was made.
    """

    def __init__(self, path: str) -> None:
        self._file = Path(path).open("rb", buffering=0)  # noqa: SIM115 - closed with the reader
        self._pool = ThreadPoolExecutor(1)
        self._asked: list[Future[None]] = []
        self._held = bytearray(_ROOM)  # these are of the one thread
        self._room, self._other = memoryview(self._held), memoryview(bytearray(_ROOM))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)
        self._file.close()

    def expect(self, key: str, start: int, length: int, sent: Stretch | int) -> None:
        """Read a tensor that is written, at `start`; raises nothing yet.

        `sent` is where it was copied from, or the checksum of what was made.
        """
        self._asked.append(self._pool.submit(self._compare, key, start, length, sent))

    def finish(self) -> None:
        """Wait for all; raises `NotProvedError` where one is not what was sent, `OSError`."""
        for asked in self._asked:
            asked.result()

    def _compare(self, key: str, start: int, length: int, sent: Stretch | int) -> None:
        self._file.seek(start)
        if isinstance(sent, Stretch):
            same = all(self._is(key, chunk) for chunk in sent.into(self._other))
        else:
            checksum = 0
            for at in range(0, length, _ROOM):
                checksum = zlib.crc32(self._back(key, min(_ROOM, length - at)), checksum)
            same = checksum == sent
        if not same:
            raise NotProvedError(f"`{key}` reads back otherwise than it was written")

    def _is(self, key: str, chunk: memoryview) -> bool:
        length = len(self._back(key, len(chunk)))  # views are compared item by item, these at once
        return (self._held if length == _ROOM else self._held[:length]) == chunk

    def _back(self, key: str, length: int) -> memoryview:
        """Return so many bytes that are on disk."""
        at = 0
        while at < length:
            count = self._file.readinto(self._room[at:length])
            if not count:
                raise NotProvedError(f"`{key}` is cut short on disk")
            at += count
        return self._room[:length]
