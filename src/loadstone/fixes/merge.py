"""The tensors of a distributed checkpoint put together in one file, one tensor at a time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from loadstone import readers
from loadstone.core import dtypes
from loadstone.core.facts import TensorFact
from loadstone.fixes.write import write

if TYPE_CHECKING:
    from loadstone.readers._pieces import Piece


def merge(
    path: str | os.PathLike[str],
    entry: str,
    output: Path,
    progress: Callable[[int], None] | None = None,
) -> None:
    """Write to `output` the state dict under `entry` of the checkpoint in the folder `path`.

    Pieces that follow each other are streamed; of others, one tensor is held in memory.
    Raises `NotWhole` where pieces lack or are changed, `FileExistsError` and `OSError`; nothing is
    then left behind.
    """
    folder = os.fspath(path)
    held = readers.merged(folder, entry)

    def read(key: str, fact: TensorFact) -> Iterator[memoryview]:
        _, pieces = held[key]
        if all(piece.fact.shape[1:] == fact.shape[1:] for piece in pieces):
            for piece in pieces:  # in the order of their rows
                yield from readers.piece_bytes(folder, piece)
        else:
            yield from _assembled(folder, fact, pieces)

    tensors = {key: fact for key, (fact, _) in held.items()}
    write(output, tensors, read, metadata={"format": "pt"}, progress=progress)


def _assembled(folder: str, fact: TensorFact, pieces: Iterable[Piece]) -> Iterator[memoryview]:
    """Yield a tensor whose pieces are blocks."""
    import numpy as np

    kind = f"V{dtypes.bits(fact.dtype) // 8}"
    whole = np.empty(fact.shape, dtype=kind)
    for piece in pieces:
        data = bytearray().join(readers.piece_bytes(folder, piece))
        block = np.frombuffer(data, dtype=kind).reshape(piece.fact.shape)
        places = zip(piece.offsets, piece.fact.shape, strict=True)
        whole[tuple(slice(start, start + size) for start, size in places)] = block
    for row in whole.reshape(fact.shape[0], -1):
        yield memoryview(row.tobytes())
