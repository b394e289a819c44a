"""Ids beyond the rows of an `Embedding`: TensorFlow refuses them on a CPU, others may not.

https://www.tensorflow.org/api_docs/python/tf/gather
"""

from typing import Any, Dict, List, Sequence, Tuple

from .ports import Port
from .rows import MisfitError

Table = Tuple[int, str, int]  # the place of the input, the layer that looks it up, its rows


def tables(model: Any) -> List[Table]:
    """Return the layers that look up an input as it is given."""
    tensors = list(getattr(model, "inputs", None) or ())
    found: List[Table] = []
    for layer in getattr(model, "layers", None) or ():
        rows = getattr(layer, "input_dim", None)
        own = type(layer).__module__.split(".")[0] in ("keras", "tf_keras", "tensorflow")
        if type(layer).__name__ != "Embedding" or not own or not isinstance(rows, int):
            continue
        try:
            given = layer.input
        except Exception:  # noqa: BLE001, S112 - it is called more than once, or never was
            continue
        at = [at for at, tensor in enumerate(tensors) if tensor is given]
        found += [(at[0], str(layer.name), rows)] if at else []
    return found


def expect_known(feed: Dict[str, Any], ports: Sequence[Port], known: Sequence[Table]) -> None:
    """Raise `MisfitError` for the first id that is beyond a table."""
    for at, layer, rows in known:
        values = feed[ports[at].name]
        if getattr(values.dtype, "kind", "") not in "iuf" or not values.size:
            continue
        beyond = (values <= -1) | (values >= rows)  # fractions are cut off, as Keras does
        if not beyond.any():
            continue
        place = [int(axis[0]) for axis in beyond.nonzero()]
        why = "row {} holds {}, and `{}` has the ids 0 to {}: another tokenizer made it"
        number = int(values[tuple(place)])
        raise MisfitError(why.format(place[0] + 1, number, layer, rows - 1), "range")
