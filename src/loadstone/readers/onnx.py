"""ONNX: a ModelProto, skimmed without reading a tensor; a lone TensorProto; ORT's own file.

https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
"""

from __future__ import annotations

from loadstone.core.facts import Artifact, Damage, SignatureFact, StateDict
from loadstone.readers._onnx_graph import Graph, Kept, pair, port
from loadstone.readers._onnx_tensor import External, tensor
from loadstone.readers._opened import Opened
from loadstone.readers._protobuf import BYTES, VARINT, Field, NotProtobuf, Wire, signed

Scalar = str | int | float | bool | None
_VERSIONS = range(1, 64)
_MODEL = {
    1: VARINT,
    2: BYTES,
    3: BYTES,
    4: BYTES,
    5: VARINT,
    6: BYTES,
    7: BYTES,
    8: BYTES,
} | dict.fromkeys((14, 20, 25, 26), BYTES)
_TENSOR = {1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12}
_LOOKED_AT = 2000
_METADATA = 50
_WITH_OPSETS = 3  # the version of the format from which a model names those of its operators
_ROUNDED = 1e-3  # of the unit that a Scaler divides by: less is no more than noise
STANDARD = ("", "ai.onnx", "ai.onnx.ml", "ai.onnx.training", "ai.onnx.preview.training")
"""Domains that ONNX itself defines (https://onnx.ai/onnx/operators/)."""
_RUNTIME = (
    "com.microsoft",
    "com.microsoft.nchwc",
    "com.ms.internal.nhwc",
    "com.microsoft.experimental",
)


def sniff(opened: Opened) -> bool:
    """Return whether an IR version comes first, and what follows are fields of a ModelProto."""
    head = opened.head
    if len(head) < 4 or head[0] != 0x08 or head[1] not in _VERSIONS:
        return False
    wire = Wire(opened.source, _LOOKED_AT)
    seen: set[int] = set()
    try:
        for field in wire.fields():
            if _MODEL.get(field.number) != field.wire or (field.number == 1 and seen):
                return False
            if field.number in {2, 3} and not _is_name(wire, field):
                return False
            seen.add(field.number)
    except NotProtobuf as error:
        return error.kind != "malformed" and bool(seen & {2, 7, 8} or _goes_on(head))
    return bool(seen & {2, 7, 8})


def _goes_on(head: bytes) -> bool:
    """Return whether a graph or an opset begins behind the version, in a file that was cut."""
    return head[2] in (0x3A, 0x42)


def _is_name(wire: Wire, field: Field) -> bool:
    """Return whether it is text; in Core ML's and TensorFlow's files a message stands there."""
    start = wire.raw(field, 64)
    lines = start[:1] + start[1:].translate(None, b"\n\r\t")  # CatBoost's version has several
    return all(byte >= 32 for byte in lines)


def sniff_tensor(opened: Opened) -> bool:
    """Return whether it is one TensorProto whose data takes as much as its shape says."""
    if opened.head[:1] not in (b"\x08", b"\x0a", b"\x10"):
        return False
    wire = Wire(opened.source, _LOOKED_AT)
    seen: set[int] = set()
    try:
        for field in wire.fields():
            if field.number not in _TENSOR:
                return False
            seen.add(field.number)
        if 2 not in seen or not seen & {4, 9, 10}:
            return False
        _, fact, _, damage = tensor(wire, 0, opened.source.size, None)
    except NotProtobuf:
        return False
    return fact is not None and fact.extent is not None and not damage


def sniff_ort(opened: Opened) -> bool:
    """Return whether it is a flatbuffer of ONNX Runtime."""
    return opened.head[4:8] == b"ORTM"


def read_ort(opened: Opened) -> Artifact:
    """Return ONNX Runtime's own format, recognised by its identifier.

    https://onnxruntime.ai/docs/performance/model-optimizations/ort-format-models.html
    """
    return opened.artifact("ort", "program", framework="onnxruntime")


def read_tensor(opened: Opened) -> Artifact:
    """Return the tensor of a file that holds one, as the test data of ONNX's models do."""
    name, fact, _, damage = tensor(Wire(opened.source), 0, opened.source.size, None)
    return opened.artifact(
        "onnx-tensor",
        "tensor",
        framework="onnx",
        state_dicts=(StateDict("", {name: fact}, role="other"),) if fact else (),
        damage=tuple(damage),
    )


def read(opened: Opened) -> Artifact:
    """Return graph, operators, initializers and their files."""
    return _Model(opened).read()


class _Model:
    def __init__(self, opened: Opened) -> None:
        self.opened = opened
        self.wire = Wire(opened.source)
        self.kept = Kept(External(opened))
        self.detail: dict[str, Scalar] = {}
        self.producer: dict[str, str | None] = {}
        self.name = ""
        self.metadata = 0
        self.functions: list[str] = []
        self.domains: set[str] = set()
        self.signature: SignatureFact | None = None
        self.training = 0

    def read(self) -> Artifact:
        kept = self.kept
        try:
            for field in self.wire.fields():
                self._field(field)
        except NotProtobuf as error:
            detail = {"have": self.opened.source.size} if error.kind == "truncated" else {}
            kept.damage.append(Damage(error.kind, error.why, error.at, detail))
        self._domains()
        if not kept.damage:
            kept.damage += self._missing()
        if self.training:
            self.detail["training_graphs"] = self.training
        kept.damage += kept.external.damage()
        self.detail |= kept.external.detail()
        if kept.rounded > _ROUNDED:
            self.detail["rounded_off"] = float(f"{kept.rounded:.3g}")
        kept.bounded()
        return self.opened.artifact(
            "onnx",
            "program",
            framework="onnx",
            producer=self.producer,
            state_dicts=tuple(kept.states()),
            signatures=(self.signature,) if self.signature else (),
            ops=kept.ops,
            parts=tuple(kept.external.parts()),
            damage=tuple(kept.damage),
            disagreements=tuple(kept.disagreements),
            opening_runs_code="unknown" if kept.disagreements else "no",
            detail=self.detail,
        )

    def _missing(self) -> list[Damage]:
        """Return what every model has and this one lacks, as one that is cut between two fields."""
        version = self.detail.get("ir_version")
        if self.signature is None and not self.training:
            why = "it has no graph: it may be cut off"
        elif isinstance(version, int) and version >= _WITH_OPSETS and not self.domains:
            why = "it names no opset: it may be cut off"
        else:
            return []
        size = self.opened.source.size
        return [Damage("malformed", why, size)]

    def _field(self, field: Field) -> None:
        wire = self.wire
        match field.number:
            case 1:
                self.detail["ir_version"] = signed(field.value)
            case 2:
                self.name = wire.text(field, 80)
                self.producer = {self.name: None} if self.name else {}
            case 3 if self.name:
                self.producer = {self.name: wire.text(field, 80) or None}
            case 4 if field.length:
                self.detail["domain"] = wire.text(field, 200)
            case 5:
                self.detail["model_version"] = signed(field.value)
            case 7:
                self._graph(field)
            case 8:
                self._opset(field)
            case 14:
                self._metadata(field)
            case 20:
                self.training += 1
                for inner in wire.inside(field):
                    if inner.number in {1, 2}:
                        graph = Graph(wire, self.kept)
                        graph.read(inner, f"training.{self.training}")
            case 25:
                self._function(field)

    def _graph(self, field: Field) -> None:
        graph = Graph(self.wire, self.kept)
        graph.read(field, "")
        if graph.name:
            self.detail["graph"] = graph.name
        given = self.kept.tensors.get("", {})
        inputs = [port(self.wire, item) for item in graph.inputs]
        self.signature = SignatureFact(
            "",
            tuple(item for item in inputs if item.name not in given),
            tuple(port(self.wire, item) for item in graph.outputs),
        )

    def _opset(self, field: Field) -> None:
        domain, version = "", 0
        for inner in self.wire.inside(field):
            if inner.number == 1:
                domain = self.wire.text(inner, 200)
            elif inner.number == 2:
                version = signed(inner.value)
        self.domains.add(domain)
        if len(self.domains) <= _METADATA:
            key = "opset" if domain in ("", "ai.onnx") else f"opset.{domain}"
            self.detail[key] = version

    def _metadata(self, field: Field) -> None:
        key, value = pair(self.wire, field)
        self.metadata += 1
        if self.metadata <= _METADATA:
            self.detail[f"metadata.{key}"[:200]] = value[:200]

    def _function(self, field: Field) -> None:
        graph = Graph(self.wire, self.kept)
        found = {
            inner.number: self.wire.text(inner, 200)
            for inner in self.wire.inside(field)
            if inner.number in {1, 10}
        }
        name, domain = found.get(1, ""), found.get(10, "")
        self.functions.append(f"{domain}::{name}" if domain else name)
        for inner in self.wire.inside(field):
            if inner.number == 7:
                graph.node(inner, f"function {name}", 1)

    def _domains(self) -> None:
        """Say which operators neither ONNX nor a function in the file defines."""
        own = set(self.functions)
        other = {
            name.partition("::")[0]
            for name in self.kept.ops
            if "::" in name
            and name not in own
            and name.partition("::")[0] not in (*STANDARD, *_RUNTIME)
        }
        if other:
            self.detail["custom_domains"] = ", ".join(sorted(other))[:400]
        if self.functions:
            self.detail["functions"] = ", ".join(self.functions[:50])[:400]
