"""The packed bytes of one tensor, gathered from the file in chunks of bounded memory."""

from __future__ import annotations

import math
import mmap
import os
from collections.abc import Iterator
from typing import IO

from loadstone.core import dtypes
from loadstone.core.classes import dataclass
from loadstone.core.facts import Extent, TensorFact
from loadstone.readers._source import FileSource
from loadstone.readers._within import open_in

CHUNK = 1 << 20  # 4 MB at once took up to ten times as long: memory is mapped anew for each
_STEP = 8 << 20  # what the system copies at once, between two signs of progress
_SPAN = 16 << 20  # a view that spans no more of the file is read; beyond it is mapped
_RUN = 16  # neighbours that make a slice worth its while
_COMPLEX = {"complex32": 2, "complex64": 4, "complex128": 8, "clongdouble": 16}


def tensor_bytes(path: str | os.PathLike[str], fact: TensorFact) -> Iterator[memoryview]:
    """Yield the elements of `fact`, row-major, little-endian, without gaps.

    Raises `ValueError` where the artifact does not hold its bytes, `OSError` where they cannot be
    read or the file ends inside them.
    """
    extent = fact.extent
    if extent is None:
        raise ValueError(f"the bytes of this {fact} are not in the file")
    if fact.nbytes == 0:
        return
    if fact.dtype in dtypes.BLOCKS or dtypes.bits(fact.dtype) % 8:
        yield from _packed(os.fspath(path), fact, extent)
        return
    width = dtypes.bits(fact.dtype) // 8
    swap = _unit(fact.dtype, width) if extent.byteorder == "big" else 1
    with _open(os.fspath(path), extent) as source:
        runs = _runs(source, fact, extent, width)
        yield from runs if swap == 1 else (_swapped(run, swap) for run in runs)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A tensor whose packed bytes lie in one place, as they are: a file, and where in it."""

    path: str
    extent: Extent
    start: int
    length: int

    def __iter__(self) -> Iterator[memoryview]:
        return self.into(memoryview(bytearray(CHUNK)))

    def into(self, room: memoryview) -> Iterator[memoryview]:
        """Yield its bytes in chunks that lie in `room`: each is gone when the next is asked for.

        Raises `OSError` where they cannot be read or the file ends inside them.
        """
        with _open(self.path, self.extent) as source:
            for at in range(0, self.length, len(room)):
                part = room[: min(len(room), self.length - at)]
                if source.read_into(part, self.start + at) != len(part):
                    raise OSError(f"the file ends at byte {source.size}, inside a tensor")
                yield part

    def copied(self, file: IO[bytes]) -> Iterator[int]:
        """Copy its bytes to where `file` stands, and yield how many at each step.

        The system copies what it can, which does not pass through this process.
        Raises `OSError` as `into` does, and as writing does.
        """
        done = 0
        file.flush()
        at = file.tell()
        with _open(self.path, self.extent) as source:
            while done < self.length:
                step = min(_STEP, self.length - done)
                count = source.copy_to(file.fileno(), self.start + done, at + done, step)
                if not count:
                    break
                done += count
                yield count
        file.seek(at + done)
        for chunk in Stretch(self.path, self.extent, self.start + done, self.length - done):
            yield file.write(chunk)


def streamed(path: str | os.PathLike[str], fact: TensorFact) -> Stretch | Iterator[memoryview]:
    """Return where the bytes that `tensor_bytes` gives lie as they are, or those themselves."""
    return _stretch(path, fact) or tensor_bytes(path, fact)


def _stretch(path: str | os.PathLike[str], fact: TensorFact) -> Stretch | None:
    extent = fact.extent
    if extent is None or extent.packed is not None or not contiguous(fact.shape, extent.stride):
        return None
    bits = dtypes.bits(fact.dtype)
    if fact.dtype in dtypes.BLOCKS or bits % 8:
        return None
    if extent.byteorder == "big" and _unit(fact.dtype, bits // 8) != 1:
        return None
    start = extent.offset + extent.first * (bits // 8)
    return Stretch(os.fspath(path), extent, start, fact.nbytes)


def _packed(path: str, fact: TensorFact, extent: Extent) -> Iterator[memoryview]:
    """Yield blocks, or elements of less than a byte, as they lie: they have no strides."""
    if extent.first or not contiguous(fact.shape, extent.stride):
        raise ValueError(f"a view of {fact} cannot be cut out of its storage")
    with _open(path, extent) as source:
        yield from _chunks(source, extent, 0, fact.nbytes, 1)


def _unit(dtype: str, width: int) -> int:
    """Return the bytes that a big-endian file turns round together."""
    if dtype.startswith(("bytes", "void")):
        return 1
    return 4 if dtype.startswith("str") else _COMPLEX.get(dtype, width)


def _open(path: str, extent: Extent) -> FileSource:
    if not extent.file:
        return FileSource(path)
    folder = path if os.path.isdir(path) else os.path.dirname(path)  # noqa: PTH112, PTH120
    return open_in(folder, extent.file)


def _runs(source: FileSource, fact: TensorFact, extent: Extent, width: int) -> Iterator[memoryview]:
    first = extent.first * width
    if contiguous(fact.shape, extent.stride):
        yield from _chunks(source, extent, first, fact.nbytes, width)
        return
    shape, stride = _merged(fact.shape, extent.stride)
    yield from _gather(source, extent, first, shape, stride, width)


def contiguous(shape: tuple[int, ...], stride: tuple[int, ...]) -> bool:
    """Whether the elements follow each other, row by row."""
    expected = 1
    for size, step in zip(reversed(shape), reversed(stride), strict=True):
        if size != 1 and step != expected:
            return False
        expected *= size
    return True


def _merged(shape: tuple[int, ...], stride: tuple[int, ...]) -> tuple[list[int], list[int]]:
    """Return the same view with fewer axes: those that follow each other in memory become one."""
    sizes: list[int] = []
    steps: list[int] = []
    for size, step in zip(shape, stride, strict=True):
        if size == 1:
            continue
        if sizes and steps[-1] == step * size:
            sizes[-1] *= size
            steps[-1] = step
        else:
            sizes.append(size)
            steps.append(step)
    return sizes, steps


def _chunks(
    source: FileSource, extent: Extent, first: int, length: int, width: int
) -> Iterator[memoryview]:
    if extent.packed is not None:
        yield from _inflated(source, extent, first, length)
        return
    size = CHUNK // width * width
    for at in range(0, length, size):
        want = min(size, length - at)
        yield memoryview(_exactly(source, extent.offset + first + at, want))


def _exactly(source: FileSource, offset: int, length: int) -> bytes:
    data = source.pread(offset, length)
    if len(data) != length:
        raise OSError(f"the file ends at byte {source.size}, inside a tensor")
    return data


def _inflated(source: FileSource, extent: Extent, first: int, length: int) -> Iterator[memoryview]:
    """Yield a stretch of a deflated storage; what stands before it is inflated and dropped."""
    import zlib

    unpack = zlib.decompressobj(-15)
    at, end = extent.offset, extent.offset + (extent.packed or 0)
    skip, left = first, length
    while left and at < end and not unpack.eof:
        data = _exactly(source, at, min(1 << 20, end - at))
        at += len(data)
        while data and left:
            try:
                chunk = unpack.decompress(data, CHUNK)
            except zlib.error as error:
                raise OSError(f"the compressed bytes of a tensor are damaged: {error}") from error
            data = unpack.unconsumed_tail
            view = memoryview(chunk)[min(skip, len(chunk)) :][:left]
            skip -= min(skip, len(chunk))
            left -= len(view)
            if len(view):
                yield view
    if left:
        raise OSError("the compressed bytes of a tensor end too early")


def _gather(  # noqa: PLR0917 - a view of an extent
    source: FileSource,
    extent: Extent,
    first: int,
    shape: list[int],
    stride: list[int],
    width: int,
) -> Iterator[memoryview]:
    """Yield a strided view, some rows of its first axis at a time."""
    span = sum((size - 1) * step for size, step in zip(shape, stride, strict=True)) * width + width
    if extent.packed is not None or span <= _SPAN:
        data = b"".join(_chunks(source, extent, first, span, width))
        yield from _rows(data, 0, shape, stride, width)
        return
    start = extent.offset + first
    if start + span > source.size:
        raise OSError(f"the file ends at byte {source.size}, inside a tensor")
    with mmap.mmap(source.fd, 0, access=mmap.ACCESS_READ) as mapped:
        for block in _rows(mapped, start, shape, stride, width):
            yield block
            if hasattr(mmap, "MADV_DONTNEED"):
                mapped.madvise(mmap.MADV_DONTNEED)  # what was looked at need not stay in memory


def _rows(
    data: bytes | mmap.mmap, first: int, shape: list[int], stride: list[int], width: int
) -> Iterator[memoryview]:
    row = math.prod(shape[1:]) * width
    if len(shape) > 1 and row > CHUNK:
        for index in range(shape[0]):
            at = first + index * stride[0] * width
            yield from _rows(data, at, shape[1:], stride[1:], width)
        return
    step = max(1, CHUNK // row)
    for index in range(0, shape[0], step):
        part = [min(step, shape[0] - index), *shape[1:]]
        at = first + index * stride[0] * width
        yield memoryview(_pack(data, at, part, stride, width))


def _pack(
    data: bytes | mmap.mmap, first: int, shape: list[int], stride: list[int], width: int
) -> bytearray:
    """Copy a view out of `data`, one slice for each run along the axis that suits best."""
    steps = [math.prod(shape[axis + 1 :]) * width for axis in range(len(shape))]
    out = bytearray(shape[0] * steps[0])
    axes = range(len(shape))
    near = min(axes, key=lambda axis: stride[axis] or 1 << 62)  # neighbours in the file
    axis = near if shape[near] >= _RUN else max(axes, key=shape.__getitem__)
    places = [(first, 0)]
    for other in axes:
        if other != axis:
            places = [
                (at + index * stride[other] * width, to + index * steps[other])
                for at, to in places
                for index in range(shape[other])
            ]
    for at, to in places:
        _copy(data, at, stride[axis] * width, out, to, steps[axis], shape[axis], width)
    return out


def _copy(  # noqa: PLR0917 - two strided runs
    data: bytes | mmap.mmap,
    at: int,
    step: int,
    out: bytearray,
    to: int,
    packed: int,
    count: int,
    width: int,
) -> None:
    if step == width == packed:
        out[to : to + count * width] = data[at : at + count * width]
        return
    if step == 0:
        one = data[at : at + width]
        for index in range(width):
            out[to + index : to + (count - 1) * packed + index + 1 : packed] = (
                one[index : index + 1] * count
            )
        return
    for index in range(width):
        out[to + index : to + (count - 1) * packed + index + 1 : packed] = data[
            at + index : at + (count - 1) * step + index + 1 : step
        ]


def _swapped(run: memoryview, width: int) -> memoryview:
    out = bytearray(len(run))
    for index in range(width):
        out[index::width] = run[width - 1 - index :: width]
    return memoryview(out)
