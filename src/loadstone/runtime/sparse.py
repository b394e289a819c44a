"""scipy's sparse matrices and numpy's masked arrays as nodes of a tree, and back."""

from typing import Any, Dict, List, Tuple

from .values import array_of, encode_array

Node = Any
_DENSE = 1 << 30  # bytes; up to here a side without scipy gets all of the numbers
_PARTS: Dict[str, Tuple[str, ...]] = {
    "csr": ("data", "indices", "indptr"),
    "csc": ("data", "indices", "indptr"),
    "bsr": ("data", "indices", "indptr"),
    "coo": ("data", "row", "col"),
    "dia": ("data", "offsets"),
}


def encode_sparse(value: Any, arrays: List[Any]) -> Node:
    """Return the node of a sparse matrix or array, or None for anything else of scipy's."""
    form = getattr(value, "format", None)
    if not isinstance(form, str) or not hasattr(value, "tocoo") or len(value.shape) != 2:
        return None
    held = value if form in _PARTS else value.tocsr()
    parts = {name: encode_array(getattr(held, name), arrays) for name in _PARTS[held.format]}
    return {
        "$": "sparse",
        "form": form,
        "held": held.format,
        "class": "array" if type(value).__name__.endswith("_array") else "matrix",
        "shape": list(value.shape),
        "v": parts,
    }


def sparse_from(tree: Node, arrays: Any, _other: Any) -> Any:
    """Return the sparse matrix of a node; a plain array where there is no scipy."""
    parts = {name: array_of(node, arrays) for name, node in tree["v"].items()}
    try:
        import scipy.sparse as sp
    except ImportError:
        return _dense(tree, parts)
    made = getattr(sp, tree["held"] + "_" + tree["class"], None)
    if made is None:  # sparse arrays came with scipy 1.8
        made = getattr(sp, tree["held"] + "_matrix")
    data = [parts[name] for name in _PARTS[tree["held"]]]
    shape = tuple(tree["shape"])
    if tree["held"] == "coo":
        whole = made((data[0], (data[1], data[2])), shape=shape)
    else:
        whole = made(tuple(data), shape=shape)
    return whole.asformat(tree["form"])


def _dense(tree: Node, parts: Dict[str, Any]) -> Any:
    import numpy as np

    rows, columns = tree["shape"]
    data = parts["data"]
    size = rows * columns * data.dtype.itemsize
    if tree["held"] not in ("csr", "csc", "coo") or size > _DENSE:
        raise ValueError("a sparse matrix needs scipy, which is not installed here")
    if tree["held"] == "coo":
        at = parts["row"], parts["col"]
    else:
        counts = np.diff(parts["indptr"])
        major = np.repeat(np.arange(len(counts)), counts)
        at = (major, parts["indices"]) if tree["held"] == "csr" else (parts["indices"], major)
    whole = np.zeros((rows, columns), dtype=data.dtype)
    np.add.at(whole, at, data)
    return whole


def encode_masked(value: Any, arrays: List[Any]) -> Node:
    """Return the node of a masked array of numbers."""
    import numpy as np

    mask = np.ma.getmaskarray(value)
    fill = encode_array(np.asarray(value.fill_value), arrays)
    return {
        "$": "masked",
        "v": encode_array(np.asarray(value.data), arrays),
        "mask": encode_array(mask, arrays),
        "fill": fill,
    }


def masked_from(tree: Node, arrays: Any, _other: Any) -> Any:
    """Return the masked array of a node."""
    import numpy as np

    data, mask, fill = (array_of(tree[name], arrays) for name in ("v", "mask", "fill"))
    return np.ma.array(data, mask=mask, fill_value=fill[()])
