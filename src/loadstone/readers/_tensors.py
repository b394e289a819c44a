"""Tensors as torch pickles them: rebuild calls over storages, made into facts.

https://github.com/pytorch/pytorch/blob/main/torch/_utils.py holds the `_rebuild_*` functions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from loadstone.core import dtypes
from loadstone.core.classes import dataclass
from loadstone.core.facts import Extent, TensorFact
from loadstone.readers import _values as values
from loadstone.readers._records import Place

STORAGES = {
    "FloatStorage": "float32",
    "DoubleStorage": "float64",
    "HalfStorage": "float16",
    "BFloat16Storage": "bfloat16",
    "LongStorage": "int64",
    "IntStorage": "int32",
    "ShortStorage": "int16",
    "CharStorage": "int8",
    "ByteStorage": "uint8",
    "BoolStorage": "bool",
    "ComplexFloatStorage": "complex64",
    "ComplexDoubleStorage": "complex128",
    "QInt8Storage": "qint8",
    "QUInt8Storage": "quint8",
    "QInt32Storage": "qint32",
    "QUInt4x2Storage": "quint4x2",
    "QUInt2x4Storage": "quint2x4",
    "UntypedStorage": "uint8",
}
_ALIASES = {
    "float": "float32",
    "double": "float64",
    "half": "float16",
    "long": "int64",
    "int": "int32",
    "short": "int16",
    "cfloat": "complex64",
    "cdouble": "complex128",
    "chalf": "complex32",
}
_PACKED = {"quint4x2", "quint2x4", "float4_e2m1fn_x2"}  # elements share bytes
_DEPTH = 20


@dataclass(frozen=True, slots=True)
class Storage:
    """A stretch of elements that tensors are views of."""

    dtype: str
    key: str
    device: str | None
    nbytes: int
    place: Place | None


@dataclass(frozen=True, slots=True)
class Odd:
    """A tensor that `TensorFact` has no words for, described."""

    text: str


def dtype_word(name: str) -> str | None:
    """Return the canonical word for torch's name of a dtype."""
    name = _ALIASES.get(name, name)
    return name if name in dtypes.BITS else None


class Tensors:
    """Makes facts of the rebuild calls in one pickle; each node is looked at once."""

    def __init__(
        self,
        storage: Callable[[Any], Storage | None],
        byteorder: str = "little",
        *,
        persistent: Callable[[Any], TensorFact | Odd | None] | None = None,
    ) -> None:
        self._storage = storage
        self._persistent = persistent
        self._byteorder = byteorder
        self._known: dict[int, TensorFact | Odd | None] = {}
        self._storages: dict[int, Storage | None] = {}
        self.devices: dict[str, None] = {}
        self.odd = 0

    def fact(self, node: Any, depth: int = 0) -> TensorFact | Odd | None:
        """Return the tensor that `node` builds, or nothing where it builds something else."""
        if not values.is_call(node) or depth > _DEPTH:
            return self._persistent(node) if self._persistent is not None else None
        key = id(node)
        if key not in self._known:
            self._known[key] = None
            self._known[key] = self._make(node, depth)
        return self._known[key]

    def storage(self, node: Any) -> Storage | None:
        """Return the storage that `node` refers to."""
        key = id(node)
        if key not in self._storages:
            found = self._storages[key] = self._storage(node)
            if found is not None and found.device:
                self.devices.setdefault(found.device)
        return self._storages[key]

    def _make(self, node: Any, depth: int) -> TensorFact | Odd | None:
        name = values.called(node)
        args = values.args(node)
        maker = _MAKERS.get(name)
        if maker is None:
            return None
        found = maker(self, args, depth)
        if isinstance(found, Odd):
            self.odd += 1
        return found

    def strided(self, args: Sequence[Any], _: int) -> TensorFact | Odd | None:
        """`_rebuild_tensor(storage, offset, size, stride)` and `_v2`."""
        if len(args) < 4:
            return None
        storage = self.storage(args[0])
        moved = len(args) > 6 and bool(values.pairs(args[6]))
        return self._view(storage, args, storage.dtype if storage else None, moved=moved)

    def typed(self, args: Sequence[Any], _: int) -> TensorFact | Odd | None:
        """`_rebuild_tensor_v3`, whose dtype is told apart from the storage's."""
        if len(args) < 7:
            return None
        storage = self.storage(args[0])
        moved = len(args) > 7 and bool(values.pairs(args[7]))
        return self._view(storage, args, values.dotted_last(args[6]), moved=moved)

    def _view(
        self, storage: Storage | None, args: Sequence[Any], name: str | None, *, moved: bool
    ) -> TensorFact | Odd | None:
        first, shape, stride = args[1], values.sizes(args[2]), values.sizes(args[3])
        if shape is None or type(first) is not int:
            return None
        return self.view(storage, first, shape, stride, name, moved=moved)

    def view(
        self,
        storage: Storage | None,
        first: int,
        shape: tuple[int, ...],
        stride: tuple[int, ...] | None,
        name: str | None = None,
        *,
        moved: bool = False,
    ) -> TensorFact | Odd | None:
        """Return a view of a storage, as its own dtype or as `name`."""
        if storage is None or first < 0 or any(size < 0 for size in shape):
            return None
        word = dtype_word(name or storage.dtype)
        if word is None or word in _PACKED:
            return Odd(f"tensor {name or storage.dtype} {_shape(shape)}")
        extent = None
        if (
            stride is not None
            and len(stride) == len(shape)
            and not moved
            and min(stride, default=0) >= 0
        ):
            extent = self._extent(storage, word, first, shape, stride)
        return TensorFact(word, shape, storage.device, extent)

    def _extent(
        self,
        storage: Storage,
        word: str,
        first: int,
        shape: tuple[int, ...],
        stride: tuple[int, ...],
    ) -> Extent | None:
        place = storage.place
        if place is None:
            return None
        width = dtypes.BITS[word] // 8
        last = first + sum((size - 1) * step for size, step in zip(shape, stride, strict=True))
        if all(shape) and (last + 1) * width > storage.nbytes:
            return None  # the view reaches outside its storage
        return Extent(
            place.file,
            place.offset,
            storage.nbytes,
            first,
            stride,
            storage.key,
            "big" if self._byteorder == "big" else "little",
            place.packed,
        )

    def parameter(self, args: Sequence[Any], depth: int) -> TensorFact | Odd | None:
        """`_rebuild_parameter(data, requires_grad, hooks)` and the one with state."""
        inner = self.fact(args[0], depth + 1) if args else None
        return _as_parameter(inner)

    def subclass(self, args: Sequence[Any], depth: int) -> TensorFact | Odd | None:
        """`_rebuild_from_type_v2(function, type, arguments, state)`."""
        if len(args) < 3:
            return None
        maker = _MAKERS.get(values.dotted(args[0]))
        inner = values.items(args[2])
        if maker is None or inner is None or depth > _DEPTH:
            return None
        found = maker(self, inner, depth + 1)
        kind = values.dotted(args[1])
        if kind in _PARAMETERS:
            return _as_parameter(found)
        if kind.startswith("torch.distributed") and found is not None:
            return Odd(f"tensor of {kind}")
        return found

    def meta(self, args: Sequence[Any], _: int) -> TensorFact | Odd | None:
        """`_rebuild_meta_tensor_no_storage(dtype, size, stride, requires_grad)`."""
        if len(args) < 2:
            return None
        self.devices.setdefault("meta")
        return _plain(args[0], args[1], "meta")

    def wrapper(self, args: Sequence[Any], _: int) -> TensorFact | Odd | None:
        """`_rebuild_wrapper_subclass(class, dtype, size, ...)`: the bytes are elsewhere."""
        if len(args) < 3:
            return None
        shape = values.sizes(args[2])
        if shape is None:
            return None
        return Odd(f"{values.dotted(args[0])} {values.dotted_last(args[1])} {_shape(shape)}")

    def sparse(self, args: Sequence[Any], _: int) -> TensorFact | Odd | None:
        """`_rebuild_sparse_tensor(layout, data)`."""
        data = values.items(args[1]) if len(args) > 1 else None
        if data is None or len(data) < 3:
            return Odd("sparse tensor")
        where = len(data) - 1 if values.sizes(data[-1]) is not None else len(data) - 2
        shape = values.sizes(data[where])
        inner = self.fact(data[where - 1], 1)
        word = f" {inner.dtype}" if isinstance(inner, TensorFact) else ""
        return Odd(f"sparse tensor{word} {_shape(shape or ())}")

    def nested(self, _: Sequence[Any], __: int) -> TensorFact | Odd | None:
        return Odd("nested tensor")

    def device_tensor(self, args: Sequence[Any], depth: int) -> TensorFact | Odd | None:
        """`_rebuild_device_tensor_from_cpu_tensor(data, dtype, device, requires_grad)`."""
        if len(args) < 3:
            return None
        device = args[2] if isinstance(args[2], str) else None
        if device:
            self.devices.setdefault(device)
        inner = self.fact(args[0], depth + 1)
        if isinstance(inner, TensorFact):
            word = dtype_word(values.dotted_last(args[1])) or inner.dtype
            extent = inner.extent if word == inner.dtype else None
            return TensorFact(word, inner.shape, device, extent, inner.kind)
        array = values.array(args[0])
        return None if array is None else _plain(args[1], array[1], device)


def _as_parameter(found: TensorFact | Odd | None) -> TensorFact | Odd | None:
    if not isinstance(found, TensorFact):
        return found
    return TensorFact(found.dtype, found.shape, found.device, found.extent, "parameter")


def _plain(dtype: Any, size: Any, device: str | None) -> TensorFact | Odd | None:
    name = values.dotted_last(dtype)
    word, shape = dtype_word(name), values.sizes(size)
    if shape is None:
        return None
    if word is None:
        return Odd(f"tensor {name} {_shape(shape)}")
    return TensorFact(word, shape, device)


def _shape(shape: Sequence[int]) -> str:
    return "×".join(map(str, shape)) or "scalar"


_PARAMETERS = {"torch.nn.parameter.Parameter", "torch.nn.Parameter"}
_Maker = Callable[[Tensors, Sequence[Any], int], "TensorFact | Odd | None"]
_MAKERS: dict[str, _Maker] = {
    "torch._utils._rebuild_tensor": Tensors.strided,
    "torch._utils._rebuild_tensor_v2": Tensors.strided,
    "torch._utils._rebuild_tensor_v3": Tensors.typed,
    "torch._utils._rebuild_qtensor": Tensors.strided,
    "torch._utils._rebuild_parameter": Tensors.parameter,
    "torch._utils._rebuild_parameter_with_state": Tensors.parameter,
    "torch._tensor._rebuild_from_type_v2": Tensors.subclass,
    "torch._tensor._rebuild_from_type": Tensors.subclass,
    "torch._utils._rebuild_meta_tensor_no_storage": Tensors.meta,
    "torch._utils._rebuild_wrapper_subclass": Tensors.wrapper,
    "torch._utils._rebuild_sparse_tensor": Tensors.sparse,
    "torch._utils._rebuild_sparse_csr_tensor": Tensors.sparse,
    "torch._utils._rebuild_nested_tensor": Tensors.nested,
    "torch._utils._rebuild_device_tensor_from_cpu_tensor": Tensors.device_tensor,
    "torch._utils._rebuild_device_tensor_from_numpy": Tensors.device_tensor,
    "torch._utils._rebuild_xla_tensor": Tensors.device_tensor,
}
