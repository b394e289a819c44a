"""Quantised tensors written as what they stand for, one at a time, in floats."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from loadstone import readers
from loadstone.core.facts import TensorFact
from loadstone.fixes import rounded
from loadstone.fixes.write import write
from loadstone.readers._quantised import Affine, Blocks, Groups, How, Rows

_AWQ = (0, 4, 1, 5, 2, 6, 3, 7)  # where eight numbers that follow each other lie in a word
_KINDS = {
    "int8": "<i1",
    "uint8": "<u1",
    "int32": "<i4",
    "int64": "<i8",
    "float16": "<f2",
    "float32": "<f4",
    "float64": "<f8",
}


def write_plain(
    path: str, entry: str, output: Path, progress: Callable[[int], None] | None = None
) -> None:
    """Write to `output` the state dict under `entry` of `path` without quantised tensors.

    Raises `NotWhole` where one is packed in a way that is not known, `FileExistsError` and
    `OSError`; nothing is then left behind.
    """
    artifact = readers.read(path)
    changed = readers.verify(path, artifact)
    if changed:
        raise readers.NotWhole(changed[0].why)
    held = readers.plain(path, artifact, entry)

    def read(key: str, fact: TensorFact) -> readers.Stretch | Iterator[memoryview]:
        how = held[key].how
        if isinstance(how, TensorFact):
            return readers.streamed(path, how)
        numbers = _numbers(path, how).reshape(-1)[: fact.count]  # half a byte may be left over
        data = memoryview(numbers.astype("<f4").tobytes())
        return iter((rounded.to(fact.dtype, data, "float32"),))

    tensors = {key: item.fact for key, item in held.items()}
    write(output, tensors, read, metadata={"format": "pt"}, progress=progress)


def _numbers(path: str, how: How) -> Any:
    """Return the numbers of a tensor as an array of 32 bits."""
    if isinstance(how, TensorFact):
        return _array(path, how)
    if isinstance(how, Affine):
        return _affine(path, how)
    if isinstance(how, Groups):
        return _groups(path, how)
    return _blocks(path, how) if isinstance(how, Blocks) else _rows(path, how)


def _affine(path: str, how: Affine) -> Any:
    import numpy as np

    codes = _array(path, how.codes)
    scale, zero = (
        _along(path, item, how) if isinstance(item, TensorFact) else item
        for item in (how.scale, how.zero)
    )
    return (codes.astype("<i8") - zero).astype("<f4") * np.asarray(scale, "<f4")


def _along(path: str, fact: TensorFact, how: Affine) -> Any:
    shape = [1] * len(how.codes.shape)
    shape[how.axis] = -1
    return _array(path, fact).reshape(shape)


def _rows(path: str, how: Rows) -> Any:
    import numpy as np

    largest = _array(path, how.largest)[:, None]
    return _array(path, how.codes).astype("<f4") * largest * np.float32(1 / 127)


def _blocks(path: str, how: Blocks) -> Any:
    import numpy as np

    codes = _array(path, how.codes).reshape(-1)
    table = _array(path, how.table)
    if len(table) == 16:  # two numbers a byte, the first in its upper half
        codes = np.stack([codes >> 4, codes & 15], axis=1).reshape(-1)
    largest = _numbers(path, how.largest).reshape(-1) + np.float32(how.offset)
    each = np.repeat(largest, how.size)[: len(codes)]
    return table[codes[: len(each)]] * each


def _groups(path: str, how: Groups) -> Any:
    import numpy as np

    scales = _array(path, how.scales).astype("<f4")
    codes = _unpacked(_array(path, how.codes), how, along=not how.across)
    zeros = (_unpacked(_array(path, how.zeros), how, along=False) + how.more).astype("<f4")
    group: Any
    if isinstance(how.group, int):
        group = np.arange(len(codes)) // how.group
    else:
        group = _array(path, how.group)
    numbers = codes.astype("<f4")
    numbers -= zeros[group]
    numbers *= scales[group]
    return np.ascontiguousarray(numbers.T)


def _unpacked(words: Any, how: Groups, *, along: bool) -> Any:
    """Return the numbers that words hold, along the first axis or the last; from the lowest bit."""
    import numpy as np

    held = words.view("<u4") if along else np.ascontiguousarray(words.view("<u4").T)
    blocks = held.reshape(-1, how.bits, held.shape[1])
    found = np.empty((len(blocks), 32, held.shape[1]), "<i2")
    mask = np.uint32((1 << how.bits) - 1)
    for at in range(32):
        word, bit = divmod(at * how.bits, 32)
        number = blocks[:, word] >> np.uint32(bit)
        if bit + how.bits > 32:  # the rest is in the next word
            number |= blocks[:, word + 1] << np.uint32(32 - bit)
        found[:, at] = number & mask
    numbers: Any = found.reshape(-1, held.shape[1])
    if how.across:
        numbers = numbers.reshape(-1, 8, held.shape[1])[:, _AWQ].reshape(numbers.shape)
    return numbers if along else np.ascontiguousarray(numbers.T)


def _array(path: str, fact: TensorFact) -> Any:
    import numpy as np

    data = b"".join(readers.tensor_bytes(path, fact))
    return np.frombuffer(data, _KINDS[fact.dtype]).reshape(fact.shape)
