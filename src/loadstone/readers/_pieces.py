"""The pieces of a distributed checkpoint: which part of which tensor lies where.

`.metadata` names for each piece a file, an offset and a length; there lies what `torch.save` writes
of one tensor. https://docs.pytorch.org/docs/stable/distributed.checkpoint.html
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import Any

from loadstone.core.classes import dataclass, replace
from loadstone.core.facts import TensorFact
from loadstone.readers import _values as values
from loadstone.readers import _within, _zip, torch_zip
from loadstone.readers._bytes import contiguous, tensor_bytes
from loadstone.readers._inside import Changed, NotWhole
from loadstone.readers._opened import HEAD, Opened
from loadstone.readers._records import ZipRecords
from loadstone.readers._source import Part


@dataclass(frozen=True, slots=True)
class Piece:
    """A block of a tensor."""

    offsets: tuple[int, ...]  # in the tensor, in elements
    fact: TensorFact  # its shape is the block's, its extent lies in a file of the folder
    crc: int  # CRC-32 of its storage; 0 where none was recorded


def pieces(
    folder: str, held: Mapping[str, Any], wanted: Mapping[str, TensorFact]
) -> dict[str, tuple[Piece, ...]]:
    """Return the pieces of each tensor that is wanted, by its name in the checkpoint.

    `held` are the attributes of the metadata. Raises `NotWhole` unless they cover every tensor
    once, and `OSError` where a file cannot be opened.
    """
    blocks: dict[str, list[tuple[tuple[int, ...], Any]]] = {key: [] for key in wanted}
    for index, info in values.pairs(held.get("storage_data")) or ():
        told = values.attributes(index)
        key, offsets = values.key(told.get("fqn")), values.sizes(told.get("offset"))
        if key in blocks and offsets is not None:
            blocks[key].append((offsets, info))
    return {key: tuple(_read(folder, key, fact, blocks[key])) for key, fact in wanted.items()}


def _read(
    folder: str, key: str, fact: TensorFact, blocks: list[tuple[tuple[int, ...], Any]]
) -> list[Piece]:
    found = [_piece(folder, key, offsets, info) for offsets, info in sorted(blocks, key=_first)]
    other = [piece for piece in found if piece.fact.dtype != fact.dtype]
    if other:
        raise NotWhole(f"`{key}` is {fact}, and a piece of it is {other[0].fact}")
    if fact.count:  # a rank that has no rows of it writes an empty piece
        found = [piece for piece in found if piece.fact.count]
    if any(len(piece.fact.shape) != len(fact.shape) for piece in found) or not _covered(
        fact.shape, found
    ):
        raise NotWhole(f"the pieces of `{key}` do not cover {fact} once")
    return found


def _first(block: tuple[tuple[int, ...], Any]) -> tuple[int, ...]:
    return block[0]


def _piece(folder: str, key: str, offsets: tuple[int, ...], info: Any) -> Piece:
    told = values.attributes(info)
    name, at, length = (told.get(word) for word in ("relative_path", "offset", "length"))
    if not isinstance(name, str) or type(at) is not int or type(length) is not int or at < 0:
        raise NotWhole(f"the place of a piece of `{key}` is not told")
    if told.get("transform_descriptors"):
        raise NotWhole(f"the pieces of `{key}` are transformed: {told['transform_descriptors']}")
    with _within.open_in(folder, name) as source:
        part = Part(source, at, length)
        records = ZipRecords(part, _directory(part, key))
        root = torch_zip.sniff(records)
        if root is None or part.size != length:
            raise NotWhole(f"a piece of `{key}` in `{name}` is not what torch writes of a tensor")
        opened = Opened(name, part, part.pread(0, HEAD))
        artifact = torch_zip.read(opened, records, root)
        fact = next((state.tensors.get("") for state in artifact.state_dicts), None)
        wrong = (*artifact.damage, *artifact.disagreements)
        if artifact.content != "tensor" or fact is None or fact.extent is None or wrong:
            why = wrong[0].why if wrong else "it holds no plain tensor"
            raise NotWhole(f"a piece of `{key}` in `{name}` is not whole: {why}")
        if fact.nbytes > fact.extent.nbytes:  # torch copies a view before it writes a piece
            raise NotWhole(f"a piece of `{key}` in `{name}` repeats {fact.extent.nbytes:,} bytes")
        crcs = [m.crc for m in records.directory.members if m.data == fact.extent.offset]
    extent = replace(fact.extent, file=name, offset=fact.extent.offset + at)
    return Piece(offsets, replace(fact, extent=extent), crcs[0] if crcs else 0)


def _directory(part: Part, key: str) -> _zip.Directory:
    try:
        return _zip.read_directory(part)
    except _zip.NoDirectory as error:
        raise NotWhole(f"a piece of `{key}` is not what torch writes: {error}") from error


def _covered(shape: tuple[int, ...], found: list[Piece]) -> bool:
    """Whether the blocks are all cells of a grid, each once: so torch cuts a tensor."""
    cells = {piece.offsets: piece.fact.shape for piece in found}
    if len(cells) != len(found) or any(len(at) != len(shape) for at in cells):
        return False
    axes = [
        sorted({(at[axis], size[axis]) for at, size in cells.items()}) for axis in range(len(shape))
    ]
    whole = all(
        [start for start, _ in cuts] == [0, *accumulate(size for _, size in cuts)][:-1]
        and sum(size for _, size in cuts) == length
        for cuts, length in zip(axes, shape, strict=True)
    )
    return whole and len(cells) == math.prod(map(len, axes))


def piece_bytes(folder: str, piece: Piece) -> Iterator[memoryview]:
    """Yield the elements of a piece, row-major, and compare what was read with its checksum.

    Raises `Changed` at the end where it is another, and `OSError` as reading does.
    """
    extent, found = piece.fact.extent, 0
    if extent is None:
        raise NotWhole("the bytes of a piece are not told")
    as_it_lies = extent.nbytes == piece.fact.nbytes and contiguous(piece.fact.shape, extent.stride)
    for chunk in tensor_bytes(folder, piece.fact):
        if as_it_lies:
            found = zlib.crc32(chunk, found)
        yield chunk
    if not piece.crc or extent.byteorder != "little":
        return
    if not as_it_lies:  # more than the piece, or in another order
        flat = TensorFact("uint8", (extent.nbytes,), extent=replace(extent, first=0, stride=(1,)))
        for chunk in tensor_bytes(folder, flat):
            found = zlib.crc32(chunk, found)
    if found != piece.crc:
        raise Changed(f"the bytes of a piece in `{extent.file}` do not match their CRC")
