"""What of a state dict holds the numbers that it was built with: BatchNorms, adapters."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Final

from loadstone import readers
from loadstone.core.facts import Idle, TensorFact, Unfitted

_SECOND: Final = re.compile(r"\.lora_(?:B|embedding_B)(?:\.weight)?$")
_ONE: Final = {  # little-endian
    "float16": b"\x00\x3c",
    "bfloat16": b"\x80\x3f",
    "float32": b"\x00\x00\x80\x3f",
    "float64": b"\x00\x00\x00\x00\x00\x00\xf0\x3f",
}


def unfitted(path: str | os.PathLike[str], tensors: Mapping[str, TensorFact]) -> Unfitted | None:
    """Return the modules whose mean is 0, variance 1 and count 0, as they are built; None if none.

    Raises `OSError` and `ValueError` as reading does.
    """
    means = [key for key in tensors if key.endswith("running_mean")]
    paths = [key.removesuffix("running_mean") for key in means]
    found = [item.rstrip(".") for item in paths if _as_built(path, tensors, item)]
    return Unfitted(tuple(found), len(paths)) if found else None


def idle(path: str | os.PathLike[str], tensors: Mapping[str, TensorFact]) -> Idle | None:
    """Return the layers of a LoRA adapter that add nothing, as they are built; None if none.

    Raises `OSError` and `ValueError` as reading does.
    """
    second = {_SECOND.sub("", key): fact for key, fact in tensors.items() if _SECOND.search(key)}
    found = [
        module
        for module, fact in second.items()
        if fact.extent is not None and not any(map(any, readers.tensor_bytes(path, fact)))
    ]
    return Idle(tuple(found), len(second)) if found else None


def _as_built(path: str | os.PathLike[str], tensors: Mapping[str, TensorFact], prefix: str) -> bool:
    mean, variance = tensors[f"{prefix}running_mean"], tensors.get(f"{prefix}running_var")
    number = tensors.get(f"{prefix}num_batches_tracked")
    if variance is None or variance.dtype not in _ONE or not mean.count:
        return False
    if any(fact is not None and fact.extent is None for fact in (mean, variance, number)):
        return False
    if any(_bytes(path, mean)) or (number is not None and any(_bytes(path, number))):
        return False
    return _bytes(path, variance) == _ONE[variance.dtype] * variance.count


def _bytes(path: str | os.PathLike[str], fact: TensorFact) -> bytes:
    return b"".join(readers.tensor_bytes(path, fact))
