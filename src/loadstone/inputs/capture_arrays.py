"""numpy arrays and torch tensors as nodes and `.npy` files; neither library is imported here.

https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
"""

import io
import sys
from typing import Any

from .capture_data import refs
from .capture_graph import Graph, Node
from .capture_source import NoSource

ALONE = 1 << 16  # arrays of this many bytes have a file of their own, smaller ones share one
SUPPLY = "convert it to a plain array or list, kept in a module-level variable"


def encode_arrays(graph: Graph, nid: int, value: Any) -> Node | None:
    """Return the node of an array, scalar, dtype or tensor, or None where `value` is none."""
    numpy, torch = sys.modules.get("numpy"), sys.modules.get("torch")
    if numpy is not None and isinstance(value, numpy.ndarray | numpy.generic | numpy.dtype):
        graph.uses("numpy")
        return _numpy(numpy, graph, nid, value)
    if torch is not None and hasattr(torch, "Tensor"):
        if isinstance(value, torch.dtype | torch.layout | torch.memory_format):
            graph.uses("torch")
            return {"t": "torch", "name": str(value).partition(".")[2]}
        if isinstance(value, torch.Tensor):
            graph.uses("torch")
            return _tensor(torch, graph, nid, value)
    return None


def _numpy(numpy: Any, graph: Graph, nid: int, value: Any) -> Node:
    if isinstance(value, numpy.dtype):
        return _kept(numpy, graph, nid, numpy.empty(0, value), kind="dtype")
    if isinstance(value, numpy.generic):
        return _kept(numpy, graph, nid, numpy.array(value), kind="scalar")
    if type(value) is not numpy.ndarray:
        raise NoSource(f"a `{type(value).__qualname__}` is more than its numbers", SUPPLY)
    if value.dtype == object:
        items = refs(graph, nid, [value[at] for at in numpy.ndindex(value.shape)])
        return {"t": "objects", "s": list(value.shape), "v": items}
    return _kept(numpy, graph, nid, value, kind="array")


def _kept(numpy: Any, graph: Graph, nid: int, value: Any, *, kind: str) -> Node:
    file = io.BytesIO()
    try:
        numpy.save(file, numpy.empty(0, value.dtype), allow_pickle=False)
        file.seek(0)
        back = numpy.load(file, allow_pickle=False).dtype
    except (ValueError, TypeError, UserWarning) as error:
        raise NoSource(f"numpy cannot store `{value.dtype}`: {error}", SUPPLY) from error
    if back != value.dtype:
        raise NoSource(f"numpy stores `{value.dtype}` as `{back}`", SUPPLY)
    graph.arrays[nid] = value
    return {"t": kind, "w": bool(value.flags.writeable)}


def _tensor(torch: Any, graph: Graph, nid: int, value: Any) -> Node:
    parameter = type(value) is torch.nn.Parameter
    if not parameter and type(value) is not torch.Tensor:
        raise NoSource(f"a `{type(value).__qualname__}` is more than its numbers", SUPPLY)
    if value.layout is not torch.strided or value.is_quantized or value.is_meta:
        raise NoSource("a sparse, quantized or meta tensor is no plain array", SUPPLY)
    flat = value.detach().cpu().resolve_conj().resolve_neg().contiguous().reshape(-1)
    try:
        array = flat.numpy()
    except TypeError:  # bfloat16, float8: the same bytes as integers
        same_size = {1: torch.uint8, 2: torch.int16, 4: torch.int32, 8: torch.int64}
        array = flat.view(same_size[value.element_size()]).numpy()
    return {
        "t": "tensor",
        "v": graph.ref(array, nid, "numbers"),
        "s": list(value.shape),
        "dtype": str(value.dtype).partition(".")[2],
        "grad": bool(value.requires_grad),
        "parameter": parameter,
    }


def write_arrays(graph: Graph) -> dict[str, bytes]:
    """Return the `.npy` files of all arrays, and tell their nodes where each one lies."""
    files: dict[str, bytes] = {}
    if not graph.arrays:
        return files
    numpy: Any = sys.modules["numpy"]
    packs: dict[str, list[tuple[Node, Any]]] = {}
    for nid, array in graph.arrays.items():
        node = graph.nodes[nid]
        if node["t"] == "array" and array.nbytes >= ALONE:
            node["file"] = f"code/data/array{nid}.npy"
            files[node["file"]] = _npy(numpy, array)
        else:
            packs.setdefault(repr(numpy.lib.format.dtype_to_descr(array.dtype)), []).append(
                (node, array)
            )
    for count, group in enumerate(packs.values()):
        name = f"code/data/small{count}.npy"
        parts, at = [], 0
        for node, array in group:
            order = "F" if array.flags.fnc else "C"
            parts.append(array.ravel(order=order))
            node.update(file=name, at=at, s=list(array.shape), o=order)
            at += array.size
        files[name] = _npy(numpy, numpy.concatenate(parts))
    return files


def _npy(numpy: Any, array: Any) -> bytes:
    file = io.BytesIO()
    numpy.save(file, array, allow_pickle=False)
    return file.getvalue()
