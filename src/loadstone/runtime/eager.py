"""Arrays of TensorFlow and JAX as nodes of a tree: they are read back as numpy's."""

from typing import Any, List

from .values import encode_array


def encode_eager(value: Any, arrays: List[Any], encode: Any, where: str) -> Any:
    """Return the node of an array of numbers or texts, or None for anything else of theirs."""
    if hasattr(value, "to_list") and hasattr(value, "row_splits"):  # rows of several lengths
        return encode(value.to_list(), arrays, None, where)
    if not hasattr(value, "__array__") or not hasattr(value, "shape"):
        return None
    import numpy as np

    made = np.asarray(value)
    if made.dtype.kind in "biufc":
        return encode_array(made, arrays)
    return encode(made, arrays, None, where) if made.dtype.hasobject else None
