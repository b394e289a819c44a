"""OpenVINO's IR: layers and edges in XML, the weights in a `.bin` beside it.

https://docs.openvino.ai/2025/documentation/openvino-ir-format.html
"""

from __future__ import annotations

import os

from loadstone.core.facts import (
    Artifact,
    PartFact,
    PortFact,
    SignatureFact,
    StateDict,
    TensorFact,
)
from loadstone.readers import _dense, _xml
from loadstone.readers._beside import Beside
from loadstone.readers._opened import Opened

_WORDS = {
    "f16": "float16",
    "f32": "float32",
    "f64": "float64",
    "bf16": "bfloat16",
    "boolean": "bool",
    "string": "string",
    "f8e4m3": "float8_e4m3fn",
    "f8e5m2": "float8_e5m2",
    "f8e8m0": "float8_e8m0fnu",
    "f4e2m1": "float4_e2m1fn",
} | {
    f"{sign}{size}": f"{word}{size}"
    for sign, word in (("i", "int"), ("u", "uint"))
    for size in (4, 8, 16, 32, 64)
}
_PRECISIONS = {"FP16": "f16", "FP32": "f32", "FP64": "f64", "BOOL": "boolean"}
_WROTE = ("OpenVINO Runtime", "Runtime_version")  # below `rt_info`, since 2023
_TENSORS = 80_000
_OPS = 5000
_PORTS = 2000


def sniff(opened: Opened) -> bool:
    """Return whether the first element is a `net` that layers follow."""
    return _xml.root(opened.head) == "net" and b"<layers" in opened.head


def read(opened: Opened) -> Artifact:
    """Return operators, constants, inputs and outputs, and the file of the weights."""
    net = _Net()
    damage = _xml.walk(opened, net.begin, net.end)
    weights = os.path.basename(opened.path).rpartition(".")[0] + ".bin"  # noqa: PTH119
    beside = Beside(opened)
    size = beside.size(weights)
    found = [damage] if damage else []
    if net.need:
        problem = beside.problem(weights, net.need, len(net.constants))
        found += [problem] if problem else []
    tensors = {
        name: TensorFact(
            word, shape, None, _dense.extent(word, shape, at, file=weights) if size else None
        )
        for name, (word, shape, at) in net.constants.items()
    }
    return opened.artifact(
        "openvino",
        "program",
        framework="openvino",
        producer=net.producer,
        state_dicts=(StateDict("", tensors, net.others),) if tensors or net.others else (),
        signatures=(SignatureFact("", tuple(net.inputs), tuple(net.outputs)),),
        ops=net.ops,
        parts=(PartFact(weights, "openvino-weights", size, role="weights"),) if size else (),
        damage=tuple(found),
        detail=net.detail,
    )


class _Net:
    def __init__(self) -> None:
        self.ops: dict[str, int] = {}
        self.constants: dict[str, tuple[str, tuple[int, ...], int]] = {}
        self.others: dict[str, str] = {}
        self.inputs: list[PortFact] = []
        self.outputs: list[PortFact] = []
        self.producer: dict[str, str | None] = {}
        self.detail: dict[str, str | int | float | bool | None] = {}
        self.need = 0
        self.layer: _xml.Attributes = {}
        self.data: _xml.Attributes = {}
        self.port: _xml.Attributes = {}
        self.axes: list[str] = []

    def begin(self, tag: str, given: _xml.Attributes, depth: int) -> None:
        if depth == 1:
            self.detail["version"] = given.get("version", "")[:20]
            self.detail["name"] = given.get("name", "")[:200]
        elif tag == "layer":
            self.layer, self.data, self.port, self.axes = given, {}, {}, []
            self._op(given)
        elif tag == "data":
            self.data = given
        elif tag == "port":
            self.port, self.axes = given, []
        elif depth == 3 and (tag == "Runtime_version" or given.get("name") in _WROTE):
            self.producer["openvino"] = given.get("value", "").partition("-")[0][:80] or None

    def _op(self, given: _xml.Attributes) -> None:
        name, opset = given.get("type", "")[:200], given.get("version", "")[:80]
        word = name if opset.startswith("opset") or not opset else f"{opset}::{name}"
        if word in self.ops or len(self.ops) < _OPS:
            self.ops[word] = self.ops.get(word, 0) + 1

    def end(self, tag: str, text: str, depth: int) -> None:
        if tag == "dim" and len(self.axes) < _dense.AXES:
            self.axes.append(text)
        elif tag == "layer" and depth == 3:
            kind = self.layer.get("type")
            if kind == "Const":
                self._constant()
            elif kind == "Parameter" and len(self.inputs) < _PORTS:
                word = _WORDS.get(self.data.get("element_type", ""))
                self.inputs.append(PortFact(self._name(), word, _shape(self.data.get("shape"))))
            elif kind == "Result" and len(self.outputs) < _PORTS:
                precision = self.port.get("precision", "")
                word = _WORDS.get(_PRECISIONS.get(precision, precision.lower()))
                shape = tuple(map(_axis, self.axes)) if self.port else None
                self.outputs.append(PortFact(self._name(), word, shape))

    def _name(self) -> str:
        return self.layer.get("name", "")[:1000]

    def _constant(self) -> None:
        sizes = _shape(self.data.get("shape"))
        word = _WORDS.get(self.data.get("element_type", ""))
        offset, size = self.data.get("offset", ""), self.data.get("size", "")
        name = self._name()
        plain = offset.isdecimal() and size.isdecimal() and len(offset) < 19 and len(size) < 19
        if not plain or len(self.constants) >= _TENSORS:
            return
        self.need = max(self.need, int(offset) + int(size))
        whole = sizes is not None and _dense.is_shape(sizes)
        if word is None or not whole:
            self.others[name] = f"constant {self.data.get('element_type', '')[:20]}"
            return
        shape = tuple(axis for axis in sizes or () if isinstance(axis, int))
        if TensorFact(word, shape).nbytes == int(size):
            self.constants[name] = word, shape, int(offset)
        else:
            self.others[name] = f"constant of {size} bytes, {TensorFact(word, shape)}"


def _axis(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 19 else None


def _shape(text: str | None) -> tuple[int | str | None, ...] | None:
    """Return `1,3,?,?` as a shape; `...` is an open rank."""
    if text is None or "..." in text:
        return None
    if not text.strip():
        return ()
    return tuple(_axis(axis.strip()) for axis in text.split(",")[: _dense.AXES])
