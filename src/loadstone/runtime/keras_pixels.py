"""Pixels that are scaled before a model that scales them itself: it then sees nearly black."""

from typing import Any, List

_LEFT = ("InputLayer", "Resizing", "CenterCrop")  # they keep the scale, as what is random does
_SCALES = (0.003, 0.009)  # 1/255 and 1/127.5 among them
_ROWS = 16  # that are looked at


def scaling(model: Any) -> str:
    """Return the `Rescaling` that pixels meet first, where the model has one input; "" for none."""
    if len(getattr(model, "inputs", None) or ()) != 1:
        return ""
    for layer in model.layers:
        kind = type(layer).__name__
        if kind in _LEFT or kind.startswith("Random"):
            continue
        if kind == "Rescaling":
            number = isinstance(layer.scale, (int, float))
            return str(layer.name) if number and _SCALES[0] < layer.scale < _SCALES[1] else ""
        return scaling(layer) if hasattr(layer, "layers") else ""
    return ""


def notes(layer: str, given: Any) -> List[str]:
    """Return that pictures hold 0 to 1 where `layer` takes 0 to 255."""
    if getattr(given, "ndim", 0) != 4 or given.dtype.kind != "f" or not given.size:
        return []
    few = given[:_ROWS]
    is_scaled = few.min() >= 0 and few.max() <= 1 and (few % 1 != 0).any()
    text = "the model scales pixels itself (`{}`), and these hold 0 to 1: give them as 0 to 255"
    return [text.format(layer)] if is_scaled else []
