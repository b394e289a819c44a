"""Weights of `weight_norm` and `spectral_norm` as torch computes them before each forward.

https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.parametrizations.weight_norm.html
https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.parametrizations.spectral_norm.html
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from loadstone.core.facts import TensorFact
from loadstone.fixes import memory
from loadstone.statedict.edited import Made

if TYPE_CHECKING:
    import torch


def computed(how: Made, parts: Sequence[torch.Tensor], shape: tuple[int, ...]) -> torch.Tensor:
    """Return the weight of its parts, or, of a weight, the lengths in `shape`.

    torch's own functions are called, in eval mode: the bits are those that its layer computes.
    """
    import torch

    if how.norm == "weight":
        length, direction = parts
        return torch._weight_norm(direction, length, _axis(length.shape))  # noqa: SLF001 - the layer's own
    if how.norm == "length":
        return torch.norm_except_dim(parts[0], 2, _axis(shape)).reshape(shape)
    weight, left, right = parts
    matrix = weight.movedim(how.axis, 0).reshape(weight.shape[how.axis], -1)
    return weight / torch.dot(left, torch.mv(matrix, right))


def _axis(shape: Sequence[int]) -> int:
    """Return the axis that lengths are along, -1 where there is one length of all."""
    return next((at for at, size in enumerate(shape) if size != 1), 0 if shape else -1)


def packed_norm(path: str | os.PathLike[str], how: Made, fact: TensorFact) -> memoryview:
    """Return the bytes of what `computed` gives, row-major and little-endian."""
    import sys

    import torch

    tensors = memory.tensors(path, {str(at): part for at, part in enumerate(how.parts)})
    value = computed(how, list(tensors.values()), fact.shape).contiguous()
    if sys.byteorder != "little":
        raise ValueError("weights are folded on little-endian machines only")
    return memoryview(value.reshape(-1).view(torch.uint8).numpy().tobytes())
