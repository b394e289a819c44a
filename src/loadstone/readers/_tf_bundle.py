"""TensorFlow's V2 checkpoints: an index of names, and shards that hold the tensors' bytes.

https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/tensor_bundle.proto
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

from loadstone.core import dtypes
from loadstone.core.classes import dataclass, field
from loadstone.core.facts import Damage, Extent, TensorFact
from loadstone.readers import _tf_dtypes
from loadstone.readers._protobuf import BYTES, FIXED32, VARINT, NotProtobuf, Wire
from loadstone.readers._source import Source
from loadstone.readers._tf_table import Table

OBJECT_GRAPH = "_CHECKPOINTABLE_OBJECT_GRAPH"
SHARDS = 100_000
_TENSORS = 100_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One tensor: what it is, and where it lies in which shard."""

    name: str
    dtype: str | None
    shape: tuple[int, ...]
    shard: int
    offset: int
    size: int
    crc: int
    slices: int = 0  # parts that a partitioned variable was saved in


@dataclass(slots=True)
class Index:
    """What the index of a checkpoint says."""

    shards: int = 1
    byteorder: Literal["little", "big"] = "little"
    entries: list[Entry] = field(default_factory=list)
    damage: list[Damage] = field(default_factory=list)
    producer: int = 0

    def named(self, name: str) -> Entry | None:
        """Return the entry of a tensor."""
        return next((entry for entry in self.entries if entry.name == name), None)


def read_index(source: Source) -> Index:
    """Return the entries of an index file, in their order; damage ends them."""
    index = Index()
    table = Table(source)
    headed = False
    for key, value in table.entries():
        wire = Wire(value, limit=10_000)
        try:
            if not key:
                _header(wire, index)
                headed = True
            elif not key.startswith(b"\0"):  # the parts of a partitioned variable, under its name
                index.entries.append(_entry(_text(key), wire))
        except NotProtobuf as error:
            why = f"the entry `{_text(key)}` of the index is no record: {error.why}"
            index.damage.append(Damage("malformed", why))
        if len(index.entries) >= _TENSORS:
            why = f"it names more than {_TENSORS} tensors"
            index.damage.append(Damage("limit", why))
            break
    index.damage += table.damage
    if not headed and not table.damage:
        index.damage.append(Damage("malformed", "the index has no header"))
    return index


def _text(key: bytes) -> str:
    return key[:2000].decode("utf-8", "backslashreplace")


def _header(wire: Wire, index: Index) -> None:
    index.shards = 0
    for item in wire.fields():
        if item.number == 1 and item.wire == VARINT:
            index.shards = min(item.value, SHARDS)
        elif item.number == 2 and item.wire == VARINT and item.value:
            index.byteorder = "big"
        elif item.number == 3:
            index.producer = sum(part.value for part in wire.inside(item) if part.number == 1)


def _entry(name: str, wire: Wire) -> Entry:
    numbers = dict.fromkeys((1, 3, 4, 5, 6), 0)
    shape: _tf_dtypes.Shape | None = ()
    slices = 0
    for item in wire.fields():
        if item.wire in {VARINT, FIXED32} and item.number in numbers:
            numbers[item.number] = item.value
        elif item.number == 2 and item.wire == BYTES:
            shape = _tf_dtypes.shape(wire, item)
        elif item.number == 7:
            slices += 1
    sizes = tuple(size or 0 for size in shape or ())
    word = _tf_dtypes.dtype(numbers[1])
    places = (numbers[3], numbers[4], numbers[5], numbers[6])
    return Entry(name, word, sizes, *places, slices)


def shard_name(prefix: str, shard: int, shards: int) -> str:
    """Return the name of one of the files beside an index."""
    return f"{prefix}.data-{shard:05d}-of-{shards:05d}"


def tensors(index: Index, prefix: str) -> tuple[dict[str, TensorFact], dict[str, str]]:
    """Return the tensors of an index as facts, and the entries that are none, described."""
    found: dict[str, TensorFact] = {}
    others: dict[str, str] = {}
    for entry in index.entries:
        if entry.name == OBJECT_GRAPH:
            others[entry.name] = "the tree of objects that the names come from"
        elif entry.dtype is None:
            others[entry.name] = "tensor of an unknown dtype"
        else:
            fact = TensorFact(entry.dtype, entry.shape, extent=_extent(entry, index, prefix))
            found[entry.name] = fact
            _sized(entry, fact, index.damage)
    return found, others


def _extent(entry: Entry, index: Index, prefix: str) -> Extent | None:
    if entry.slices or entry.dtype is None or not dtypes.bits(entry.dtype):
        return None  # in parts, or texts of their own lengths each
    stride = _tf_dtypes.strides(entry.shape)
    file = shard_name(prefix, entry.shard, index.shards)
    storage = f"{entry.shard}:{entry.offset}"
    return Extent(file, entry.offset, entry.size, 0, stride, storage, index.byteorder)


def _sized(entry: Entry, fact: TensorFact, damage: list[Damage]) -> None:
    if fact.extent is None or len(damage) > 100:
        return
    if math.prod(entry.shape) >= 1 << 62 or fact.nbytes != entry.size:
        why = f"`{entry.name}` holds {entry.size} bytes, {fact} takes {fact.nbytes}"
        damage.append(Damage("malformed", why, detail={"key": entry.name}))


def check_shards(
    index: Index, prefix: str, size_of: Callable[[str], int | None]
) -> tuple[list[Damage], list[str]]:
    """Return what is wrong with the shards, and the names of those that are there.

    `size_of` gives the bytes of a file, None where it is not there.
    """
    damage: list[Damage] = []
    present: list[str] = []
    needs: dict[int, int] = dict.fromkeys(range(min(index.shards, 10_000)), 0)
    for entry in index.entries:
        end = entry.offset + entry.size
        needs[entry.shard] = max(needs.get(entry.shard, 0), end)
    held: dict[int, list[Entry]] = {}
    for entry in index.entries:
        held.setdefault(entry.shard, []).append(entry)
    for shard, need in needs.items():
        name = shard_name(prefix, shard, index.shards)
        have = size_of(name)
        inside = held.get(shard, [])
        if have is None:
            if len(damage) < 100:
                why = f"`{name}` is not there"
                damage.append(_shard("missing-member", why, name, inside, 0, need, None))
        elif have < need:
            present.append(name)
            why = f"`{name}` has {have} bytes, the index needs {need}"
            whole = sum(entry.offset + entry.size <= have for entry in inside)
            damage.append(_shard("truncated", why, name, inside, whole, need, have))
        else:
            present.append(name)
    return damage, present


def _shard(  # noqa: PLR0917 - what is told of one file
    kind: str, why: str, name: str, inside: list[Entry], whole: int, need: int, have: int | None
) -> Damage:
    detail = {"member": name, "have": have, "need": need, "whole": whole, "of": len(inside)}
    return Damage(kind, why, have, detail)


def text_of(entry: Entry, source: Source, limit: int) -> bytes:
    """Return the bytes of a string scalar: its length, a checksum of it, then the text."""
    head = source.pread(entry.offset, 20)
    length = shift = at = 0
    for byte in head[:10]:
        length |= (byte & 0x7F) << shift
        shift += 7
        at += 1
        if byte < 0x80:
            break
    start = entry.offset + at + 4
    return source.pread(start, min(length, limit, max(0, entry.offset + entry.size - start)))
