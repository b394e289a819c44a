"""Functions of Keras's layers that another Keras gives under the same name, or unless it is told.

Gates of LSTM and GRU are `hard_sigmoid` before Keras 2.3, those of ConvLSTM before 3.0. Keras 3
computes `hard_sigmoid` otherwise than Keras 2. https://github.com/keras-team/keras/releases/2.3.0
"""

import re
from typing import Any, Dict, List, Optional, Sequence, Tuple

Use = Tuple[str, str, str, str]  # layer, class, argument, function
ARGUMENTS = ("recurrent_activation", "activation")
HARD = "hard_sigmoid"
_NUMBER = re.compile(r"\d+")
_SINCE = {  # which Keras no longer has gates of `hard_sigmoid` in these layers
    "LSTM": (2, 3),
    "GRU": (2, 3),
    "LSTMCell": (2, 3),
    "GRUCell": (2, 3),
    "ConvLSTM1D": (3,),
    "ConvLSTM2D": (3,),
    "ConvLSTM3D": (3,),
}
_HELD = ("layer", "forward_layer", "backward_layer", "cell")  # of wrappers and recurrent layers


def layers_of(model: Any) -> List[Any]:
    """Return a model and all layers in it, what holds another before that one."""
    walk = getattr(model, "_flatten_layers", None)
    if walk is not None:
        return list(walk())
    found: List[Any] = []
    waiting = [model]
    while waiting:  # before Keras 2.4 and TensorFlow 2.3
        layer = waiting.pop(0)
        found.append(layer)
        waiting += list(getattr(layer, "layers", None) or ())
        held = (getattr(layer, name, None) for name in _HELD)
        waiting += [item for item in held if hasattr(item, "weights")]
    return found


def uses(model: Any) -> List[Use]:
    """Return the functions of Keras's own in the layers of a built model, told or not."""
    layers = [layer for layer in layers_of(model) if layer is not model]
    inside = {id(getattr(layer, "cell", None)) for layer in layers}
    found: Dict[Use, None] = {}
    for layer in layers:
        if id(layer) in inside and hasattr(layer, "recurrent_activation"):
            continue  # the layer around it tells the same
        for argument in ARGUMENTS:
            name = _name(getattr(layer, argument, None))
            if name:
                found[layer.name, type(layer).__name__, argument, name] = None
    return list(found)


def _name(function: Any) -> str:
    top = str(getattr(function, "__module__", "")).partition(".")[0]
    own = top in ("keras", "tf_keras", "tensorflow", "keras_core")
    return str(getattr(function, "__name__", "")) if own else ""


def numbers(version: Optional[str]) -> Tuple[int, ...]:
    """Return the first numbers of a version: (2, 2) of `2.2.4-tf`, () of none."""
    return tuple(int(part) for part in _NUMBER.findall(version or "")[:2])


def defaults(found: Sequence[Use], saved: Tuple[int, ...], here: int) -> List[Use]:
    """Return the gates that are `sigmoid` here, and that Keras `saved` made `hard_sigmoid`.

    `here` is the first number of the Keras that builds the model.
    """
    if not saved:
        return []
    return [
        use
        for use in found
        if use[2:] == ("recurrent_activation", "sigmoid")
        and saved < _SINCE.get(use[1], ()) <= (max(here, 2), 99)
    ]


def renamed(found: Sequence[Use], saved: Tuple[int, ...], here: int) -> List[Use]:
    """Return the uses of `hard_sigmoid` that compute otherwise here than in Keras `saved`."""
    if not saved or (saved < (3,)) == (here < 3):
        return []
    return [use for use in found if use[3] == HARD]
