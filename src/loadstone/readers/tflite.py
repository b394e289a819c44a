"""TFLite: a FlatBuffer of subgraphs, tensors, operators, buffers and signatures.

https://github.com/tensorflow/tensorflow/blob/master/tensorflow/compiler/mlir/lite/schema/schema.fbs
"""

from __future__ import annotations

from collections import Counter

from loadstone.core.classes import dataclass, field
from loadstone.core.facts import (
    Artifact,
    Damage,
    Extent,
    PortFact,
    SignatureFact,
    StateDict,
    TensorFact,
)
from loadstone.readers import _tf_dtypes
from loadstone.readers._flatbuffer import FlatBuffer, NotFlatBuffer, Table
from loadstone.readers._opened import Opened
from loadstone.readers._tflite_ops import NAMES

_DTYPES = (
    "float32", "float16", "int32", "uint8", "int64", "string", "bool", "int16", "complex64",
    "int8", "float64", "complex128", "uint64", "resource", "variant", "uint32", "uint16", "int4",
    "bfloat16", "int2", "uint4",
)  # fmt: skip
_CUSTOM = 32
_TENSORS = 50_000
_RUNTIME = "min_runtime_version"


@dataclass(slots=True)
class _Model:
    codes: list[str] = field(default_factory=list)
    buffers: list[tuple[int, int]] = field(default_factory=list)  # offset and bytes of each
    ops: Counter[str] = field(default_factory=Counter)
    constants: dict[str, TensorFact] = field(default_factory=dict)
    ports: list[list[PortFact]] = field(default_factory=list)  # every tensor of each subgraph
    signatures: list[SignatureFact] = field(default_factory=list)
    metadata: dict[str, int] = field(default_factory=dict)
    quantized: int = 0
    damage: list[Damage] = field(default_factory=list)
    version: int = 0
    description: str = ""


def sniff(opened: Opened) -> bool:
    """Return whether the file identifier is TFLite's."""
    return opened.head[4:8] == b"TFL3"


def read(opened: Opened) -> Artifact:
    """Return the operators, the constant tensors and the signatures."""
    model = _Model()
    buffer = FlatBuffer(opened.source)
    try:
        _read(buffer, model)
    except NotFlatBuffer as error:
        detail: dict[str, str | int | float | bool | None] = {}
        if error.kind == "truncated":
            detail = {"have": opened.source.size, "need": None}
        model.damage.append(Damage(error.kind, error.why, error.at, detail))
    custom = sorted(name for name in model.ops if name.startswith(("custom::", "flex::")))
    return opened.artifact(
        "tflite",
        "program",
        framework="tensorflow",
        state_dicts=(StateDict("", model.constants),) if model.constants else (),
        signatures=tuple(model.signatures),
        ops=dict(sorted(model.ops.items())),
        damage=tuple(model.damage),
        opening_runs_code="unknown" if model.damage else "no",
        detail={
            "version": model.version,
            "description": model.description,
            "subgraphs": len(model.ports),
            "quantized": model.quantized,
            "custom": ", ".join(custom)[:500],
            "metadata": ", ".join(model.metadata)[:500],
            "runtime": _runtime(buffer, model),
        },
    )


def _read(buffer: FlatBuffer, model: _Model) -> None:
    root = buffer.root()
    model.version = root.number(0, 4)
    model.description = root.text(3, 200)
    model.codes = [_code(code) for code in root.tables(1)]
    model.buffers = [_buffer(item, buffer.source.size, model) for item in root.tables(4)]
    for item in root.tables(6):
        model.metadata[item.text(0, 200)] = item.number(1, 4)
    subgraphs = list(root.tables(2))
    for index, subgraph in enumerate(subgraphs):
        _subgraph(subgraph, index, model)
    for item in root.tables(7):
        model.signatures.append(_signature(item, model))
    if not model.signatures and subgraphs:
        model.signatures.append(_plain(subgraphs[0], model))


def _code(table: Table) -> str:
    old, new = table.number(0, 1, signed=True), table.number(3, 4, signed=True)
    number = max(old, new)
    if number == _CUSTOM:
        name = table.text(1, 200)
        return f"flex::{name[4:]}" if name.startswith("Flex") else f"custom::{name}"
    return NAMES[number] if 0 <= number < len(NAMES) else f"builtin {number}"


def _buffer(table: Table, size: int, model: _Model) -> tuple[int, int]:
    """Return where a buffer lies: in the FlatBuffer, or behind it where it is too large."""
    at, count = table.vector(0)
    if not count and table.number(2, 8) > 1:
        at, count = table.number(1, 8), table.number(2, 8)
    if at + count > size and len(model.damage) < 100:
        why = f"a buffer of {count} bytes ends behind the file"
        model.damage.append(Damage("truncated", why, size, {"have": size, "need": at + count}))
    return at, count


def _subgraph(table: Table, index: int, model: _Model) -> None:
    ports: list[PortFact] = []
    model.ports.append(ports)
    for item in table.tables(0):
        if len(ports) >= _TENSORS:
            raise NotFlatBuffer(f"it has more than {_TENSORS} tensors", item.at, "limit")
        name = item.text(3, 500)
        kind = item.number(1, 1)
        dtype = _DTYPES[kind] if kind < len(_DTYPES) else None
        sizes = item.numbers(0, 4, 64)
        open_sizes = item.numbers(7, 4, 64) or sizes
        shape = tuple(size if size >= 0 else None for size in open_sizes)
        ports.append(PortFact(name, dtype, shape))
        quantization = item.table(4)
        model.quantized += bool(quantization and quantization.vector(2)[1])
        held = item.number(2, 4)
        if 0 < held < len(model.buffers) and model.buffers[held][1] and dtype is not None:
            place = name if not index and name not in model.constants else f"{index}:{name}"
            fact = _constant(dtype, sizes, held, model)
            if fact is not None:
                model.constants[place] = fact
    for item in table.tables(3):
        code = item.number(0, 4)
        model.ops[model.codes[code] if code < len(model.codes) else f"unknown {code}"] += 1


def _constant(dtype: str, sizes: list[int], held: int, model: _Model) -> TensorFact | None:
    if any(size < 0 for size in sizes):
        return None
    at, count = model.buffers[held]
    fact = TensorFact(dtype, tuple(sizes))
    if fact.nbytes != count:
        return fact
    stride = _tf_dtypes.strides(sizes)
    return TensorFact(dtype, tuple(sizes), extent=Extent("", at, count, 0, stride, str(held)))


def _signature(table: Table, model: _Model) -> SignatureFact:
    ports = model.ports[table.number(4, 4)] if table.number(4, 4) < len(model.ports) else []
    held: list[tuple[PortFact, ...]] = []
    for index in (0, 1):
        found: list[PortFact] = []
        for item in table.tables(index):
            number = item.number(1, 4)
            port = ports[number] if number < len(ports) else PortFact("")
            found.append(PortFact(item.text(0, 500), port.dtype, port.shape))
        held.append(tuple(found))
    return SignatureFact(table.text(2, 500), held[0], held[1])


def _plain(table: Table, model: _Model) -> SignatureFact:
    """Return the inputs and outputs of the first subgraph, where no signature names them."""
    ports = model.ports[0]
    inputs, outputs = (
        tuple(ports[number] for number in table.numbers(index, 4) if 0 <= number < len(ports))
        for index in (1, 2)
    )
    return SignatureFact("", inputs, outputs)


def _runtime(buffer: FlatBuffer, model: _Model) -> str | None:
    """Return the oldest TensorFlow that runs it, as the converter wrote it down."""
    held = model.metadata.get(_RUNTIME, -1)
    if not 0 <= held < len(model.buffers):
        return None
    at, count = model.buffers[held]
    try:
        text = buffer.raw(at, min(count, 32)).rstrip(b"\0").decode("utf-8", "backslashreplace")
    except NotFlatBuffer:
        return None
    return text or None
