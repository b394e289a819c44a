"""Layers that Megatron Core keeps in one tensor of a distributed checkpoint, taken apart.

Layers that are alike are saved under one name, `decoder.layers.mlp.linear_fc1.weight`, with an axis
of layers before those of the tensor, and experts with one of experts after it.
https://github.com/NVIDIA/Megatron-LM/blob/main/megatron/core/transformer/transformer_block.py
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from itertools import product
from typing import Final

from loadstone.core.classes import replace
from loadstone.core.facts import TensorFact
from loadstone.readers._inside import NotWhole
from loadstone.readers._pieces import Piece
from loadstone.readers._records import FolderRecords

Part = tuple[str, tuple[int, ...]]  # the name of what holds it, and where in its first axes
_LAYERS: Final = re.compile(r"((?:.*\.)?layers)\.(?!\d)")
_EXPERTS: Final = ".experts.experts."
_MOST: Final = 100_000  # layers and experts, all together


def is_megatron(records: FolderRecords) -> bool:
    """Return whether Megatron Core says that it wrote the folder."""
    if "metadata.json" not in records:
        return False
    try:
        told = json.loads(records.read("metadata.json")[:4096])
    except ValueError:
        return False
    return isinstance(told, dict) and told.get("sharded_backend") == "torch_dist"


def apart(tensors: Mapping[str, TensorFact]) -> dict[str, tuple[TensorFact, Part]]:
    """Return the tensors of single layers and experts by their names, the others as they are.

    Nothing is taken apart where the stacks under one name are not of as many layers.
    """
    counts: dict[str, set[tuple[int, ...]]] = {}
    for key, fact in tensors.items():
        found = _LAYERS.match(key)
        if found:
            counts.setdefault(found[1], set()).add(fact.shape[:1])
    made: dict[str, tuple[TensorFact, Part]] = {}
    total = 0
    for key, fact in tensors.items():
        found = _LAYERS.match(key)
        axes = _axes(key) if found and len(counts[found[1]]) == 1 else 0
        total += 1 if not axes else fact.shape[0] if len(fact.shape) >= axes else _MOST
        if not axes or len(fact.shape) < axes or total > _MOST:
            made[key] = fact, (key, ())
            continue
        for at in product(*map(range, fact.shape[:axes])):
            made[_named(key, at)] = TensorFact(fact.dtype, fact.shape[axes:]), (key, at)
    return made


def _axes(key: str) -> int:
    return 2 if _EXPERTS in key else 1


def _named(key: str, at: tuple[int, ...]) -> str:
    name = _LAYERS.sub(lambda found: f"{found[1]}.{at[0]}.", key, count=1)
    return name.replace(_EXPERTS, f".experts.local_experts.{at[-1]}.") if len(at) > 1 else name


def of_part(key: str, pieces: tuple[Piece, ...], at: tuple[int, ...]) -> tuple[Piece, ...]:
    """Return the pieces of one layer; raises `NotWhole` where a piece holds several."""
    axes = len(at)
    if any(piece.fact.shape[:axes] != (1,) * axes for piece in pieces):
        raise NotWhole(f"a piece of `{key}` holds several layers")
    return tuple(_without(piece, axes) for piece in pieces if piece.offsets[:axes] == at)


def _without(piece: Piece, axes: int) -> Piece:
    place = piece.fact.extent
    extent = replace(place, stride=place.stride[axes:]) if place is not None else None
    fact = replace(piece.fact, shape=piece.fact.shape[axes:], extent=extent)
    return replace(piece, offsets=piece.offsets[axes:], fact=fact)
