"""The layers of a model of transformers that its config counts and its weights do not hold.

Numbered layers of a transformer are alike, and each holds several tensors: a number that is left
out between two, or fewer of them than the config says, is a layer that would be made anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

_LAYER = re.compile(r"^(.*?(?:^|\.)(?:layers?|h|blocks?))\.(\d{1,4})\.(.+)$")
_FEWEST: Final = 6  # tensors of each layer, and of a sequence of single ones fewer
_ENCODER: Final = ("encoder_layers", "num_hidden_layers", "num_layers", "n_layers", "n_layer")
_DECODER: Final = ("decoder_layers", "num_decoder_layers")


def missing(config: Mapping[str, Any], names: Iterable[str]) -> str:
    """Return the layers that the weights lack, `bert.encoder.layer.3`; empty where none is."""
    stacks = _stacks(names)
    found: list[str] = []
    for prefix, numbers in stacks.items():
        held = _count(config, prefix, stacks)
        last = max(numbers) + 1 if held is None else max(held, max(numbers) + 1)
        found += [f"{prefix}.{number}" for number in range(last) if number not in numbers]
    told = found[:4]
    return ", ".join(told) + (f" and {len(found) - 4:,} more" if len(found) > 4 else "")


def _stacks(names: Iterable[str]) -> dict[str, set[int]]:
    """Return the numbers of the layers under each prefix that holds layers of several tensors."""
    sizes: dict[str, dict[int, int]] = {}
    for name in names:
        found = _LAYER.match(name)
        if found:
            of = sizes.setdefault(found[1], {})
            of[int(found[2])] = of.get(int(found[2]), 0) + 1
    return {
        prefix: set(of)
        for prefix, of in sizes.items()
        if min(of.values()) >= _FEWEST
        and max(of.values()) < 2 * min(of.values())
        and not any(part.isdigit() for part in prefix.split("."))
    }


def _count(config: Mapping[str, Any], prefix: str, stacks: Mapping[str, Any]) -> int | None:
    """Return how many layers the config says that this stack has; None where it does not."""
    parts = prefix.split(".")
    sides = [sum(word in other.split(".") for other in stacks) for word in ("encoder", "decoder")]
    if "decoder" in parts and sides == [1, 1] and len(stacks) == 2:
        keys: tuple[str, ...] = _DECODER
    elif len(stacks) == 1 or ("encoder" in parts and sides == [1, 1] and len(stacks) == 2):
        keys = _ENCODER
    else:
        return None
    held = next((config[key] for key in keys if key in config), None)
    return held if type(held) is int and 0 < held <= 1000 else None
