"""Values to a typed JSON tree plus numpy arrays, and back; floats exact, no pickle.

A tree is plain JSON. What JSON does not have is an object with the key `$`: tuple, dict, set,
bytes, float (nan and infinities), int (very long), complex, array, scalar, objects, tensor,
namedtuple, record, frame, series, index, sparse, masked, image, file, moments. Arrays lie in the
list beside the tree, small ones in the tree.
"""

import base64
import collections
import importlib
import io
import math
import sys
from typing import Any, Callable, Dict, List, Optional, Tuple

Tree = Any
Other = Callable[[Any], Any]
INLINE = 512  # bytes; a larger array becomes a file of its own
# Element types that numpy does not have, held as unsigned integers of the same width.
VIEWED = {
    "bfloat16": "uint16",
    "float8_e4m3fn": "uint8",
    "float8_e4m3fnuz": "uint8",
    "float8_e5m2": "uint8",
    "float8_e5m2fnuz": "uint8",
    "float8_e8m0fnu": "uint8",
}


class UnrecordableError(Exception):
    """A value of a type that has no form without pickle."""

    def __init__(self, kind: str, where: str) -> None:
        super(UnrecordableError, self).__init__("{} is a `{}`".format(where or "the value", kind))
        self.kind = kind
        self.where = where


class Record(collections.OrderedDict):  # type: ignore[type-arg]
    """Fields of a dataclass or of an output class: by name, by attribute, or by number."""

    def __getattr__(self, name: str) -> Any:
        """Return the field `name`."""
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None

    def __getitem__(self, key: Any) -> Any:
        """Return the field named or numbered `key`."""
        if isinstance(key, int):
            return list(self.values())[key]
        return super(Record, self).__getitem__(key)


def encode(value: Any, arrays: List[Any], other: Optional[Other] = None, where: str = "") -> Tree:  # noqa: PLR0911 - one return a kind of value
    """Return the tree of `value`; arrays are appended to `arrays`.

    `other` is asked first: a node, or None to go on. Raises `UnrecordableError`.
    """
    if other is not None:
        node = other(value)
        if node is not None:
            return node
    kind = type(value)
    simple = _SIMPLE.get(kind)
    if simple is not None:
        return simple(value)
    if kind is list:
        return _many(value, arrays, other, where)
    if kind in (tuple, set, frozenset):
        items = list(value) if kind is tuple else sorted(value, key=repr)
        return {"$": kind.__name__, "v": _many(items, arrays, other, where)}
    if kind is dict:
        return _encode_dict(value, arrays, other, where)
    for module, encoder in _FOREIGN:
        if any(base.__module__.split(".")[0] == module for base in kind.__mro__):
            node = encoder(value, arrays, where)
            if node is not None:
                return node
    return _encode_structured(value, arrays, other, where)


def decode(tree: Tree, arrays: Any, other: Optional[Callable[[Any], Any]] = None) -> Any:
    """Return the value of `tree`; nodes of an unknown kind are given to `other`."""
    if isinstance(tree, list):
        return [decode(item, arrays, other) for item in tree]
    if not isinstance(tree, dict):
        return tree
    if "$" not in tree:
        return {key: decode(item, arrays, other) for key, item in tree.items()}
    decoder = _DECODERS.get(tree["$"])
    if decoder is not None:
        return decoder(tree, arrays, other)
    if other is None:
        raise ValueError("`{}` is not a kind of value".format(tree["$"]))  # noqa: EM103 - messages read better where they are raised
    return other(tree)


def array_of(node: Tree, arrays: Any) -> Any:
    """Return the numpy array of an `array` node."""
    import numpy as np

    if "at" in node:
        return arrays[node["at"]]
    raw = np.frombuffer(base64.b64decode(node["v"]), dtype=np.dtype(node["dtype"]))
    return raw.reshape(node["shape"]).copy()


def npy_bytes(array: Any) -> bytes:
    """Return the bytes of the `.npy` file of `array`."""
    import numpy as np

    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=False)
    return stream.getvalue()


def npy_array(data: Any) -> Any:
    """Return the array of a `.npy` file; raises `ValueError` for one that holds objects."""
    import numpy as np

    return np.load(io.BytesIO(data), allow_pickle=False)


def _many(items: Any, arrays: List[Any], other: Optional[Other], where: str) -> List[Tree]:
    return [
        encode(item, arrays, other, "{}[{}]".format(where, at)) for at, item in enumerate(items)
    ]


def _float(value: float) -> Tree:
    return value if math.isfinite(value) else {"$": "float", "v": repr(value)}


def _int(value: int) -> Tree:
    return value if value.bit_length() < 1024 else {"$": "int", "v": hex(value)}


_SIMPLE: Dict[type, Callable[[Any], Any]] = {
    type(None): lambda value: value,
    bool: lambda value: value,
    str: lambda value: value,
    int: _int,
    float: _float,
    bytes: lambda value: {"$": "bytes", "v": base64.b64encode(value).decode("ascii")},
    complex: lambda value: {"$": "complex", "v": [_float(value.real), _float(value.imag)]},
}


def _encode_dict(value: Any, arrays: List[Any], other: Optional[Other], where: str) -> Tree:
    items = {
        key: encode(item, arrays, other, "{}[{!r}]".format(where, key))
        for key, item in value.items()
    }
    if type(value) is dict and all(type(key) is str and key != "$" for key in items):
        return items
    keys = [encode(key, arrays, other, where + " key") for key in items]
    return {"$": "dict", "k": keys, "v": list(items.values())}


def _encode_structured(value: Any, arrays: List[Any], other: Optional[Other], where: str) -> Tree:
    kind = type(value)
    name = kind.__module__ + "." + kind.__qualname__
    if isinstance(value, tuple) and hasattr(kind, "_fields"):
        items = _many(value, arrays, other, where)
        return {"$": "namedtuple", "name": name, "fields": list(kind._fields), "v": items}
    fields = getattr(value, "__dataclass_fields__", None)
    if isinstance(value, collections.abc.Mapping) and all(type(key) is str for key in value):
        pairs = [(key, value[key]) for key in value]
    elif fields is not None and not isinstance(value, type):
        pairs = [(key, getattr(value, key)) for key in fields]
    elif isinstance(value, (list, tuple)):
        return encode(list(value), arrays, other, where)
    elif isinstance(value, (str, int, float)):  # subclasses, enumerations of them too
        base = next(base for base in (str, int, float) if isinstance(value, base))
        return encode(base(value), arrays, other, where)
    else:
        raise UnrecordableError(name, where)
    items = [encode(item, arrays, other, "{}.{}".format(where, key)) for key, item in pairs]
    return {"$": "record", "name": name, "k": [key for key, _ in pairs], "v": items}


def _encode_numpy(value: Any, arrays: List[Any], where: str) -> Tree:
    import numpy as np

    if isinstance(value, np.generic):
        if value.dtype.hasobject or value.dtype.names:
            return None
        return {"$": "scalar", "v": encode_array(np.asarray(value), arrays)}
    if not isinstance(value, np.ndarray):
        return None
    masked = sys.modules.get("numpy.ma")  # which is slow to import, and made every masked array
    if masked and isinstance(value, masked.MaskedArray) and not value.dtype.hasobject:
        from .sparse import encode_masked

        return encode_masked(value, arrays)
    if value.dtype.kind == "T":  # numpy 2's text of any length, which `.npy` does not hold
        value = value.astype(object)
    if value.dtype.hasobject:
        items = [encode(item, arrays, None, where) for item in value.reshape(-1).tolist()]
        return {"$": "objects", "shape": list(value.shape), "v": items}
    return encode_array(np.asarray(value), arrays)


def encode_array(value: Any, arrays: List[Any]) -> Tree:
    """Return the node of a numpy array without objects; a large one is appended to `arrays`."""
    import numpy as np

    if value.nbytes <= INLINE and not value.dtype.names:
        flat = np.ascontiguousarray(value).tobytes()
        return {
            "$": "array",
            "dtype": value.dtype.str,
            "shape": list(value.shape),
            "v": base64.b64encode(flat).decode("ascii"),
        }
    arrays.append(value)
    return {"$": "array", "at": len(arrays) - 1}


def tensor_array(value: Any) -> Any:
    """Return a dense torch tensor as numpy; a type that numpy lacks, as unsigned integers."""
    import torch

    word = str(value.dtype).split(".")[-1]
    value = value.detach().cpu()
    for name in ("conj", "neg"):  # lazily so since torch 1.10
        if getattr(value, "is_" + name, bool)():
            value = getattr(value, "resolve_" + name)()
    if word in VIEWED:
        width = {"uint16": torch.int16, "uint8": torch.uint8}[VIEWED[word]]
        try:
            return value.contiguous().view(width).numpy().view(VIEWED[word])
        except TypeError:  # before torch 1.8
            return (value.float().numpy().view("uint32") >> 16).astype(VIEWED[word])
    return value.numpy()


def tensor_from(array: Any, word: str) -> Any:
    """Return the torch tensor of the element type `word` that `array` holds."""
    import torch

    from .tensors import of_bits

    if not array.flags.writeable:
        array = array.copy()
    if word in VIEWED:
        return of_bits(array.view({"uint16": "int16", "uint8": "uint8"}[VIEWED[word]]), word)
    return torch.from_numpy(array)


def _encode_torch(value: Any, arrays: List[Any], where: str) -> Tree:
    import torch

    if isinstance(value, torch.Size):
        return {"$": "size", "v": list(value)}
    if isinstance(value, torch.dtype):
        return {"$": "dtype", "v": str(value).split(".")[-1]}
    if isinstance(value, torch.device):
        return {"$": "device", "v": str(value)}
    if not isinstance(value, torch.Tensor):
        return None
    word = str(value.dtype).split(".")[-1]
    if value.layout is not torch.strided or value.is_quantized or value.is_meta:
        raise UnrecordableError("{} tensor".format(value.layout), where)  # noqa: EM103 - messages read better where they are raised
    return {"$": "tensor", "dtype": word, "v": encode_array(tensor_array(value), arrays)}


def _encode_pandas(value: Any, arrays: List[Any], where: str) -> Tree:
    from . import columns, moments

    kind = type(value).__name__
    if kind == "DataFrame":
        return columns.encode_frame(value, arrays, where)
    if kind == "Series":
        return columns.encode_series(value, arrays, where)
    if hasattr(value, "names") and hasattr(value, "get_indexer"):
        return columns.encode_index(value, arrays, where)
    return moments.encode_pandas(value)


def _encode_scipy(value: Any, arrays: List[Any], _where: str) -> Tree:
    from .sparse import encode_sparse

    return encode_sparse(value, arrays)


def _encode_python(value: Any, _arrays: List[Any], where: str) -> Tree:
    from .moments import encode_python

    try:
        return encode_python(value)
    except ValueError as error:
        raise UnrecordableError(str(error), where) from error


def _encode_pil(value: Any, arrays: List[Any], _where: str) -> Tree:
    import numpy as np

    if not hasattr(value, "mode") or value.mode == "P":
        return None
    return {"$": "image", "mode": value.mode, "v": encode_array(np.asarray(value), arrays)}


def _encode_eager(value: Any, arrays: List[Any], where: str) -> Tree:
    from .eager import encode_eager

    return encode_eager(value, arrays, encode, where)


_FOREIGN: Tuple[Tuple[str, Callable[[Any, List[Any], str], Any]], ...] = (
    ("numpy", _encode_numpy),
    ("torch", _encode_torch),
    ("pandas", _encode_pandas),
    ("scipy", _encode_scipy),
    *((module, _encode_python) for module in ("datetime", "decimal", "fractions", "uuid")),
    ("PIL", _encode_pil),
    *((module, _encode_eager) for module in ("tensorflow", "jax", "jaxlib")),
)


def _decode_tuple(tree: Tree, arrays: Any, other: Any) -> Any:
    return tuple(decode(item, arrays, other) for item in tree["v"])


def _decode_dict(tree: Tree, arrays: Any, other: Any) -> Any:
    keys = [decode(key, arrays, other) for key in tree["k"]]
    return dict(zip(keys, [decode(item, arrays, other) for item in tree["v"]]))  # noqa: B905 - Python 3.6 has no `strict`


def _decode_record(tree: Tree, arrays: Any, other: Any) -> Any:
    return Record(zip(tree["k"], [decode(item, arrays, other) for item in tree["v"]]))  # noqa: B905 - Python 3.6 has no `strict`


def _decode_namedtuple(tree: Tree, arrays: Any, other: Any) -> Any:
    items = [decode(item, arrays, other) for item in tree["v"]]
    module, name = tree["name"].rsplit(".", 1)
    if module == "torch.nn.utils.rnn":  # the model tells a PackedSequence by its class
        return getattr(importlib.import_module(module), name)(*items)
    return collections.namedtuple(name, tree["fields"])(*items)


def _decode_objects(tree: Tree, arrays: Any, other: Any) -> Any:
    import numpy as np

    whole = np.empty(len(tree["v"]), dtype=object)
    whole[:] = [decode(item, arrays, other) for item in tree["v"]]
    return whole.reshape(tree["shape"])


def _decode_tensor(tree: Tree, arrays: Any, _other: Any) -> Any:
    return tensor_from(array_of(tree["v"], arrays), tree["dtype"])


def _decode_torch(tree: Tree, _arrays: Any, _other: Any) -> Any:
    import torch

    if tree["$"] == "size":
        return torch.Size(tree["v"])
    return getattr(torch, tree["v"]) if tree["$"] == "dtype" else torch.device(tree["v"])


def _columns(name: str) -> Callable[[Any, Any, Any], Any]:
    def decoder(tree: Tree, arrays: Any, other: Any) -> Any:
        from . import columns_from

        return getattr(columns_from, name)(tree, arrays, other)

    return decoder


def _sparse(name: str) -> Callable[[Any, Any, Any], Any]:
    def decoder(tree: Tree, arrays: Any, other: Any) -> Any:
        from . import sparse

        return getattr(sparse, name)(tree, arrays, other)

    return decoder


def _decode_moment(tree: Tree, _arrays: Any, _other: Any) -> Any:
    from .moments import DECODERS

    return DECODERS[tree["$"]](tree)


def _decode_image(tree: Tree, arrays: Any, _other: Any) -> Any:
    image = importlib.import_module("PIL.Image")
    return image.fromarray(array_of(tree["v"], arrays)).convert(tree["mode"])


def _decode_file(tree: Tree, arrays: Any, _other: Any) -> Any:
    from .input_files import written

    return written(tree, arrays)


_DECODERS: Dict[str, Callable[[Any, Any, Any], Any]] = {
    "tuple": _decode_tuple,
    "set": lambda tree, arrays, other: set(_decode_tuple(tree, arrays, other)),
    "frozenset": lambda tree, arrays, other: frozenset(_decode_tuple(tree, arrays, other)),
    "dict": _decode_dict,
    "bytes": lambda tree, _arrays, _other: base64.b64decode(tree["v"]),
    "float": lambda tree, _arrays, _other: float(tree["v"]),
    "int": lambda tree, _arrays, _other: int(tree["v"], 16),
    "complex": lambda tree, arrays, other: complex(*_decode_tuple(tree, arrays, other)),
    "array": lambda tree, arrays, _other: array_of(tree, arrays),
    "scalar": lambda tree, arrays, _other: array_of(tree["v"], arrays)[()],
    "objects": _decode_objects,
    "tensor": _decode_tensor,
    "size": _decode_torch,
    "dtype": _decode_torch,
    "device": _decode_torch,
    "namedtuple": _decode_namedtuple,
    "record": _decode_record,
    "frame": _columns("frame_from"),
    "series": _columns("series_from"),
    "index": _columns("index_from"),
    "sparse": _sparse("sparse_from"),
    "masked": _sparse("masked_from"),
    **dict.fromkeys(
        (
            *("nat", "na", "timestamp", "timedelta", "period"),
            *("datetime", "time", "date", "span", "decimal", "fraction", "uuid"),
        ),
        _decode_moment,
    ),
    "image": _decode_image,
    "file": _decode_file,
}
