"""A state dict that lies in many files, put together in one, one tensor at a time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from loadstone import readers
from loadstone.core import dtypes
from loadstone.core.facts import Artifact, Damage, TensorFact
from loadstone.fixes import rounded
from loadstone.fixes.write import Bytes, write

if TYPE_CHECKING:
    from loadstone.readers._megatron import Whole
    from loadstone.readers._pieces import Piece
    from loadstone.readers._zero import Made

Held = tuple[Mapping[str, TensorFact], Bytes]


def merge(
    path: str | os.PathLike[str],
    entry: str,
    output: Path,
    progress: Callable[[int], None] | None = None,
) -> None:
    """Write to `output` the state dict under `entry` of the checkpoint in the folder `path`.

    Of DeepSpeed's ZeRO, "" is what the optimizers of all ranks hold together. What follows each
    other is streamed; of blocks, one tensor is held in memory. Raises `NotWhole` where files lack,
    are changed or are at odds, `FileExistsError` and `OSError`; nothing is then left behind.
    """
    tensors, read = _held(os.fspath(path), entry)
    write(output, tensors, read, metadata={"format": "pt"}, progress=progress)


def verify(path: str | os.PathLike[str], artifact: Artifact) -> tuple[Damage, ...]:
    """Return what stands against putting ranks together, each of their numbers read."""
    if not artifact.detail.get("merges"):
        return ()
    try:
        tensors, read = _held(os.fspath(path), "")
        for key, fact in tensors.items():
            for _ in read(key, fact):
                pass
    except readers.Changed as error:
        return (Damage("crc", str(error)),)
    except readers.NotWhole as error:
        return (Damage("at-odds", str(error)),)
    return ()


def _held(folder: str, entry: str) -> Held:
    """Return the tensors, and what gives the bytes of each."""
    artifact = readers.read(folder)
    if artifact.format == "dcp":
        pieces = readers.merged(folder, entry)
        return (
            {key: fact for key, (fact, _) in pieces.items()},
            lambda key, fact: _joined(folder, fact, pieces[key][1]),
        )
    wrong = (*(() if artifact.unindexed else artifact.damage), *artifact.disagreements)
    if wrong:
        raise readers.NotWhole(wrong[0].why)
    if artifact.format == "deepspeed" and not entry:
        made = readers.ranks(folder)
        return (
            {key: item.fact for key, item in made.items()},
            lambda key, _: _of_ranks(folder, key, made[key]),
        )
    if artifact.format == "megatron" and not entry:
        found = readers.splits(folder)
        whole(
            folder,
            {
                f"{key} {at}": fact
                for key, item in found.items()
                for at, fact in enumerate(
                    (
                        *(piece.fact for piece in item.pieces),
                        *(own for group in item.same for own in group),
                    )
                )
            },
        )
        return (
            {key: item.fact for key, item in found.items()},
            lambda key, fact: _of_splits(folder, key, fact, found[key]),
        )
    for state in artifact.state_dicts:
        if state.path == entry:
            whole(folder, state.tensors)
            return state.tensors, lambda _, fact: readers.streamed(folder, fact)
    raise readers.NotWhole(f"there is no state dict `{entry}`")


def whole(path: str, tensors: Mapping[str, TensorFact]) -> None:
    """Raise `NotWhole` unless every tensor lies in a file, and those match their checksums."""
    places = {fact.extent.file if fact.extent else None for fact in tensors.values()}
    for name in places:
        if name is None:
            raise readers.NotWhole("the bytes of a tensor lie in no file")
        file = os.fspath(Path(path) / name) if name else path
        found = readers.verify(file, readers.read(file))
        if found:
            raise readers.NotWhole(f"`{name or path}`: {found[0].why}")


def _of_ranks(folder: str, key: str, made: Made) -> Iterator[memoryview]:
    """Yield the elements of a tensor; raise where the model's own are not those, rounded."""
    own = readers.tensor_bytes(folder, made.own) if made.own is not None else None
    left = bytearray()
    for run in made.runs:
        for chunk in readers.tensor_bytes(folder, run):
            if made.own is not None and own is not None:
                near = rounded.to(made.own.dtype, chunk, run.dtype)
                while len(left) < len(near):
                    left += next(own)
                if not rounded.equal(made.own.dtype, near, left[: len(near)]):
                    raise readers.NotWhole(
                        f"`{key}` of the ranks together is not what the model itself holds"
                    )
                del left[: len(near)]
            yield rounded.to(made.fact.dtype, chunk, run.dtype)


def _of_splits(folder: str, key: str, fact: TensorFact, made: Whole) -> Iterator[memoryview]:
    """Yield a tensor of blocks; raise where what several ranks hold of it differs."""
    for group in made.same:
        for chunks in zip(*(readers.tensor_bytes(folder, own) for own in group), strict=True):
            if any(chunk != chunks[0] for chunk in chunks):
                raise readers.NotWhole(f"`{key}` is not the same in all ranks")
    yield from _joined(folder, fact, made.pieces)


def _joined(folder: str, fact: TensorFact, pieces: Iterable[Piece]) -> Iterator[memoryview]:
    """Yield a tensor of pieces: rows in their order, or blocks that are put together first."""
    if any(piece.fact.shape[1:] != fact.shape[1:] for piece in pieces):
        yield from _assembled(folder, fact, pieces)
        return
    for piece in pieces:
        yield from readers.piece_bytes(folder, piece)


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
