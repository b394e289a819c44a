"""Buffers that hold nothing trained: a class computes them itself, or starts them at zero."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from loadstone.core.edits import FillKeys
from loadstone.core.facts import TensorFact

_WHOLE: Final = frozenset(
    (  # of whole numbers
        "num_batches_tracked",  # BatchNorm counts; only a cumulative average uses it
        "position_ids",  # transformers before 4.31
        "token_type_ids",
        "relative_position_index",  # Swin, BEiT
        "n_averaged",  # SWA's count
    )
)
_COMPUTED: Final = frozenset(
    (
        "inv_freq",  # rotary embeddings, from the configuration
        "original_inv_freq",
        "relative_coords_table",  # Swin 2
        "masked_bias",  # GPT-2 before 4.31
        "total_ops",  # thop's counts
        "total_params",
    )
)
_MASKS: Final = frozenset(("bias", "mask", "causal_mask", "attn_mask", "tril"))
_ZEROS: Final = frozenset(("num_batches_tracked", "token_type_ids"))


def computed(key: str, fact: TensorFact) -> bool:
    """Whether the tensor is one that a class makes itself, by its name, type and shape."""
    leaf = key.rpartition(".")[2]
    if fact.kind == "parameter":
        return False
    if leaf in _WHOLE:
        return "int" in fact.dtype
    return leaf in _COMPUTED or (leaf in _MASKS and fact.dtype in {"bool", "uint8"})


def masks_weights(key: str, tensors: Mapping[str, TensorFact]) -> bool:
    """Whether it is a mask beside a weight, as of a layer that was pruned: no class computes it."""
    path, dot, leaf = key.rpartition(".")
    return leaf in _MASKS and f"{path}{dot}weight" in tensors


def known(missing: Mapping[str, TensorFact]) -> list[FillKeys]:
    """Return the edits that add those of which the values are certain."""
    zeros: dict[str, tuple[int, ...]] = {}
    orders: dict[str, tuple[int, ...]] = {}
    for key, fact in missing.items():
        leaf = key.rpartition(".")[2]
        if fact.dtype != "int64":
            continue
        if leaf in _ZEROS:
            zeros[key] = fact.shape
        elif leaf == "position_ids" and fact.shape[:-1] in ((), (1,)) and fact.shape:
            orders[key] = fact.shape
    edits = []
    if zeros:
        edits.append(FillKeys(zeros, "int64", "zeros"))
    if orders:
        edits.append(FillKeys(orders, "int64", "arange"))
    return edits
