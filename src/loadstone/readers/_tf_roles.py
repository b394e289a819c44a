"""Which tensors of a TensorFlow checkpoint are the model's, and which an optimizer's.

https://www.tensorflow.org/guide/checkpoint#loading_mechanics
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from loadstone.core.facts import StateDict, TensorFact
from loadstone.readers._tf_objects import Node, slot_keys

Role = Literal["model", "ema", "optimizer", "other"]

_SLOT = re.compile(
    r"(?:Adam|Adam_\d+|Momentum|RMSProp|RMSProp_\d+|Adagrad|Ftrl|Ftrl_\d+|Adadelta|Adadelta_\d+"
    r"|LAMB|adam_m|adam_v|momentum|rms)"
)
_POWERS = re.compile(r"(?:.*/)?beta[12]_power(?:_\d+)?")
_SHARED = re.compile(r"(?:.*/)?_trainable_variables/\d+/")  # the model's, which Keras 3 lists twice
_INSIDE = re.compile(r"(?:.*/)?optimizer/")
_AVERAGE = "/ExponentialMovingAverage"
_OTHER = re.compile(r"(?:save_counter|keras_api/metrics|_CHECKPOINT)\b|.*/total_loss\b")


def split(
    tensors: Mapping[str, TensorFact], others: Mapping[str, str], nodes: list[Node]
) -> tuple[StateDict, ...]:
    """Return a state dict for each role that a checkpoint holds, the model's first."""
    slots = slot_keys(nodes)
    optimizers = _optimizers(nodes)
    held: dict[Role, dict[str, TensorFact]] = {}
    for name, fact in tensors.items():
        held.setdefault(_role(name, tensors, slots, optimizers), {})[name] = fact
    model = held.pop("model", {})
    first = (StateDict("", model, dict(others)),) if model or others or not held else ()
    return first + tuple(StateDict(role, found, {}, role) for role, found in sorted(held.items()))


def _optimizers(nodes: list[Node]) -> tuple[str, ...]:
    """Return the attributes of the root that are optimizers, as their keys start."""
    found = [
        f"{name}/"
        for name, number in (nodes[0].children if nodes else ())
        if 0 <= number < len(nodes) and (nodes[number].slots or "optimizer" in name.lower())
    ]
    return tuple(found)


def _role(
    name: str, tensors: Mapping[str, TensorFact], slots: set[str], optimizers: tuple[str, ...]
) -> Role:
    if _SHARED.match(name):
        return "model"
    base, _, last = name.rpartition("/")
    if (
        name in slots
        or ".OPTIMIZER_SLOT/" in name
        or (optimizers and name.startswith(optimizers))
        or ("/.ATTRIBUTES/" in name and _INSIDE.match(name))
        or (base in tensors and _SLOT.fullmatch(last))
        or _POWERS.fullmatch(name)
    ):
        return "optimizer"
    if name.endswith(_AVERAGE):
        return "ema"
    return "other" if _OTHER.match(name) else "model"
