"""Tensors of an artifact in memory, mapped from where they lie; nothing is unpickled."""

from __future__ import annotations

import mmap
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from loadstone import readers
from loadstone.core import dtypes
from loadstone.core.facts import Extent, TensorFact
from loadstone.statedict.edited import Made

if TYPE_CHECKING:
    import torch


def tensors(
    path: str | os.PathLike[str],
    facts: Mapping[str, TensorFact],
    made: Mapping[str, Made] = MappingProxyType({}),
) -> dict[str, torch.Tensor]:
    """Return the tensors on the CPU. Those that lie aligned in the file are mapped, not copied.

    The mapping is private: writing to a tensor does not touch the file. Tensors that share
    storage in the file share memory here. Raises `OSError` and `ValueError` as reading does.
    """
    maps: dict[str, mmap.mmap] = {}
    return {
        key: _made(path, fact, made[key], maps) if key in made else _tensor(path, fact, maps)
        for key, fact in facts.items()
    }


def _made(
    path: str | os.PathLike[str], fact: TensorFact, how: Made, maps: dict[str, mmap.mmap]
) -> torch.Tensor:
    import torch

    if how.norm:
        from loadstone.fixes.norms import computed

        return computed(how, [_tensor(path, part, maps) for part in how.parts], fact.shape)
    dtype: torch.dtype = getattr(torch, fact.dtype)
    if how.parts:
        parts = [_tensor(path, part, maps) for part in how.parts]
        rows = fact.shape[0] - sum(map(len, parts))
        rest = [torch.zeros((rows, *fact.shape[1:]), dtype=dtype)] if how.fill else []
        return torch.cat(parts + rest)
    if how.fill == "arange":
        return torch.arange(fact.shape[-1], dtype=dtype).expand(fact.shape).contiguous()
    return torch.zeros(fact.shape, dtype=dtype)


def _tensor(
    path: str | os.PathLike[str], fact: TensorFact, maps: dict[str, mmap.mmap]
) -> torch.Tensor:
    import torch

    dtype: torch.dtype = getattr(torch, fact.dtype)
    extent = fact.extent
    if extent is None or not fact.count or not _mappable(fact, extent):
        data = bytearray().join(readers.tensor_bytes(path, fact))
        flat = torch.frombuffer(data, dtype=dtype) if data else torch.empty(0, dtype=dtype)
        return flat.reshape(fact.shape)
    held = maps.get(extent.file)
    if held is None:
        held = maps[extent.file] = _map(path, extent)
    width = dtypes.bits(fact.dtype) // 8
    if extent.offset + extent.nbytes > len(held):
        raise OSError(f"the file ends inside a tensor: {len(held):,} bytes")
    storage = torch.frombuffer(
        held, dtype=dtype, count=extent.nbytes // width, offset=extent.offset
    )
    return storage.as_strided(fact.shape, extent.stride, extent.first)


def _mappable(fact: TensorFact, extent: Extent) -> bool:
    width = dtypes.bits(fact.dtype) // 8
    aligned = extent.offset % width == 0 and extent.nbytes % width == 0 and extent.nbytes > 0
    return aligned and extent.byteorder == sys.byteorder and fact.dtype[0] != "q"


def _map(path: str | os.PathLike[str], extent: Extent) -> mmap.mmap:
    place = Path(path)
    if extent.file:
        place = (place if place.is_dir() else place.parent) / extent.file
    with place.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
