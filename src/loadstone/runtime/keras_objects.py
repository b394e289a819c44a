"""The variables of a model of Keras 3 that the keys of a TensorFlow checkpoint lead to.

A key is the way from the object that was saved, attribute by attribute: `blocks/1/bias`. Keras 2
wrote most of them (`layer_with_weights-0/kernel`), whose layers have the attributes of Keras 3's.
https://www.tensorflow.org/guide/checkpoint#loading_mechanics
"""

import re
from typing import Any, Dict, List, Optional, Tuple

from .keras_pairs import Slot

_ROOT = "."  # the place of what the model itself holds
_RENAMED = {  # in Keras 3
    ("DepthwiseConv1D", "depthwise_kernel"): "kernel",
    ("DepthwiseConv2D", "depthwise_kernel"): "kernel",
}
_LAYER = re.compile(r"layer(_with_weights)?-(\d+)")


def found(model: Any, slots: List[Slot]) -> Tuple[List[Slot], Dict[str, Any]]:
    """Return the variables of a checkpoint, and those of the model that they lead to, by place.

    Places are below the attribute that the model was held by: `tf.train.Checkpoint(model=model)`
    puts `model/` before each key.
    """
    roots = {slot["group"].split("/")[0] for slot in slots if slot["group"]}
    best = [dict(slot, group=slot["group"] or _ROOT) for slot in slots]
    most = _reached(model, best)
    for root in sorted(roots):
        start = root + "/"
        inside = [
            dict(slot, group=slot["group"][len(start) :] or _ROOT)
            for slot in slots
            if (slot["group"] + "/").startswith(start)
        ]
        reached = _reached(model, inside)
        if len(reached) > len(most):
            best, most = inside, reached
    return best, most


def _reached(model: Any, slots: List[Slot]) -> Dict[str, Any]:
    """Return the variables by their places, the first place of each."""
    known = {id(variable) for variable in model.weights}
    made: Dict[str, Any] = {}
    for slot in slots:
        variable = _at(model, [*slot["group"].split("/"), slot["tail"]])
        if id(variable) in known:
            known.discard(id(variable))
            made[place(slot)] = variable
    return made


def place(slot: Slot) -> str:
    """Return where a variable is, below the model."""
    return "{group}/{tail}".format(**slot)


def _at(thing: Any, parts: List[str]) -> Any:
    """Return what lies at the end of a way, None where it leads nowhere."""
    for part in parts:
        thing = thing if part == _ROOT else _within(thing, part)
        if thing is None:
            return None
    return thing


def _within(thing: Any, part: str) -> Optional[Any]:
    if isinstance(thing, dict):
        return thing.get(part)
    if isinstance(thing, (list, tuple)):
        return thing[int(part)] if part.isdecimal() and int(part) < len(thing) else None
    layer = _LAYER.fullmatch(part)
    if layer is not None and isinstance(getattr(thing, "layers", None), list):
        held = [item for item in thing.layers if item.weights or not layer.group(1)]
        at = int(layer.group(2))
        return held[at] if at < len(held) else None
    attributes = dict(getattr(thing, "__dict__", {}))
    attributes.update(attributes.get("_modules") or {})  # where torch keeps the layers
    for own in ("_trainable_variables", "_non_trainable_variables"):
        for variable in attributes.get(own, ()):
            if variable.name == part:  # an attribute of that name may be made of it
                return variable
    given = attributes.get(part, attributes.get("_" + part))
    if given is None and part == "variables":  # which Keras 2 adds in a SavedModel
        return list(getattr(thing, "weights", ()))
    name = _RENAMED.get((type(thing).__name__, part))
    return _within(thing, name) if given is None and name else given
