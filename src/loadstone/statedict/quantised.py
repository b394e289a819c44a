"""Which library quantised the weights of a state dict, by how it names what it packs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from loadstone.core.facts import TensorFact, Weights

TORCH: Final = "torch.ao.quantization"
MARKS: Final = {
    TORCH: re.compile(r"\._packed_params(\._packed_params)?$"),
    "bitsandbytes in 4 bits": re.compile(r"\.quant_state\.bitsandbytes__(nf4|fp4)$"),
    "bitsandbytes in 8 bits": re.compile(r"(^|\.)SCB$"),
    "GPTQ or AWQ": re.compile(r"(^|\.)qweight$"),
}


def schemes(weights: Weights, other: Iterable[str] = ()) -> dict[str, list[str]]:
    """Return the names that each library's marks are found in; none that are among `other` too."""
    has = list(other)
    found = {
        scheme: [key for key in (*weights, *weights.others) if mark.search(key)]
        for scheme, mark in MARKS.items()
        if not any(map(mark.search, has))
    }
    if TORCH in found:
        found[TORCH] += [key for key, fact in weights.items() if _is_quantised(fact)]
    return {scheme: keys for scheme, keys in found.items() if keys}


def _is_quantised(fact: TensorFact) -> bool:
    return fact.dtype.startswith(("qint", "quint"))
