"""TensorFlow's graphs alone: a frozen `GraphDef`, its text form, a checkpoint's `.meta`.

https://www.tensorflow.org/api_docs/python/tf/compat/v1/GraphDef
"""

from __future__ import annotations

import re
from collections import Counter

from loadstone.core.facts import Artifact, Damage, RunsCode, SignatureFact, StateDict
from loadstone.readers import _tf_graph, _tf_meta
from loadstone.readers._opened import Opened
from loadstone.readers._protobuf import BYTES, NotProtobuf, Wire
from loadstone.readers._tf_graph import Graph

_SIDE_EFFECTS = (  # they call Python, or write files that the graph names
    *("PyFunc", "PyFuncStateless", "EagerPyFunc", "WriteFile", "PrintV2", "DebugIdentity"),
    *("DebugIdentityV2", "DebugIdentityV3", "SaveDataset", "SaveDatasetV2", "SnapshotDataset"),
    *("SnapshotDatasetV2", "DatasetToTFRecord", "ExperimentalDatasetToTFRecord"),
    *("CreateSummaryFileWriter", "CreateSummaryDbWriter"),
)
_TEXT = 32 << 20
_NODE = re.compile(rb"\s*node\s?:?\s?[{<]\s*(?:name|op)\s?:\s?[\"'][^\"'\n]*[\"']")
_OP = re.compile(rb'^[ \t]+op: "([^"\n]{1,200})"', re.MULTILINE)
# a line that the library reads and does not print, where the pattern above finds no op
_ODD = re.compile(
    rb"^(?!(?:[ \t]*(?:[\w.\[\]/]+(?: \{|: (?:\"[^\n]*\"|[-+\w.]+))|\}))?[ \t]*\r?$)",
    re.MULTILINE,
)
_ANY_OP = re.compile(rb"\bop\s*:")
_WHOLE_OP = re.compile(rb'^[ \t]+op: "[^"\\\n]{1,200}"[ \t]*\r?$', re.MULTILINE)
_VERSION = re.compile(rb"\d+\.\d+[\w.+-]*")
_VARIABLES = ("VarHandleOp", "VariableV2", "Variable")


def sniff(opened: Opened) -> bool:
    """Return whether it starts with a node that has a name and an op."""
    try:
        return _tf_graph.looks_like_node(opened.head)
    except NotProtobuf:
        return False


def read(opened: Opened) -> Artifact:
    """Return the ops of a `GraphDef`, and the constants that a frozen one holds as weights."""
    graph = Graph()
    damage: list[Damage] = []
    try:
        _tf_graph.read(Wire(opened.source), graph, 0, opened.source.size)
    except NotProtobuf as error:
        damage.append(damaged(error, opened.source.size, len(graph.constants)))
    inputs = tuple(graph.inputs)
    outputs = graph.outputs()[:1000]
    return opened.artifact(
        "tf-graph",
        "program",
        framework="tensorflow",
        state_dicts=(StateDict("", graph.constants),) if graph.constants else (),
        signatures=(SignatureFact("", inputs, outputs),) if inputs or outputs else (),
        ops=dict(sorted(graph.ops.items())),
        damage=tuple(damage),
        detail={
            "nodes": graph.nodes,
            "functions": graph.functions,
            "producer": graph.producer,
            **({"called": ", ".join(graph.called())} if graph.called() else {}),
            "frozen": not any(graph.ops[op] for op in _VARIABLES),
        },
        **runs(graph.ops, damage),
    )


def damaged(error: NotProtobuf, size: int, whole: int) -> Damage:
    """Return what ended the walk of a file of `size` bytes."""
    detail: dict[str, str | int | float | bool | None] = {}
    if error.kind == "truncated":
        detail = {"have": size, "need": None, "whole": whole}
    return Damage(error.kind, f"the graph is not read to its end: {error.why}", error.at, detail)


def runs(ops: Counter[str], damage: list[Damage]) -> dict[str, RunsCode | tuple[str, ...]]:
    """Return whether the ops of a graph reach beyond it."""
    calls = tuple(op for op in _SIDE_EFFECTS if ops[op])
    if calls:
        return {"opening_runs_code": "yes", "calls": calls}
    return {"opening_runs_code": "unknown" if damage else "no"}


def sniff_text(opened: Opened) -> bool:
    """Return whether it is the text form of a graph: `node { name: … op: …`."""
    return _NODE.match(opened.head) is not None


def read_text(opened: Opened) -> Artifact:
    """Return the ops that the text form names."""
    text = opened.source.pread(0, _TEXT)
    found = Counter(_OP.findall(text)).most_common(5000)
    ops = Counter({name.decode("utf-8", "backslashreplace"): uses for name, uses in found})
    damage = []
    if opened.source.size > _TEXT:
        damage.append(Damage("limit", f"the text is longer than {_TEXT} bytes", _TEXT))
    damage += odd_lines(text)
    return opened.artifact(
        "tf-graph-text",
        "program",
        framework="tensorflow",
        ops=dict(sorted(ops.items())),
        damage=tuple(damage),
        detail={"nodes": ops.total()},
        **runs(ops, damage),
    )


def odd_lines(text: bytes) -> list[Damage]:
    """Return the damage of a text form that is not written as the library writes it."""
    odd = _ODD.search(text)
    if odd is None and len(_ANY_OP.findall(text)) == len(_WHOLE_OP.findall(text)):
        return []
    why = "a line that is not as TensorFlow writes it was not read"
    return [Damage("limit", why, odd.start() if odd else None)]


def sniff_meta(opened: Opened) -> bool:
    """Return whether the first field is a MetaInfoDef: it names the TensorFlow that wrote it."""
    if opened.head[:1] != b"\x0a":
        return False
    wire = Wire(opened.source, limit=3000)
    try:
        first = next(wire.fields())
        if first.length > 4 << 20:
            return False
        for item in wire.inside(first):
            if item.number == 5 and item.wire == BYTES:
                return _VERSION.fullmatch(wire.raw(item, 100)) is not None
            if not 0 < item.number < 5 or item.wire != BYTES:
                return False
    except (NotProtobuf, StopIteration):
        return False
    return False


def read_meta(opened: Opened) -> Artifact:
    """Return the graph of a `.meta`, whose variables are in the checkpoint beside it."""
    meta = _tf_meta.MetaGraph()
    damage: list[Damage] = []
    try:
        _tf_meta.read(Wire(opened.source), meta, 0, opened.source.size)
    except NotProtobuf as error:
        damage.append(damaged(error, opened.source.size, 0))
    variables = {name: str(fact) for name, fact in list(meta.graph.variables.items())[:5000]}
    return opened.artifact(
        "tf-meta-graph",
        "architecture",
        framework="tensorflow",
        producer={"tensorflow": meta.tensorflow} if meta.tensorflow else {},
        entries=variables,
        signatures=tuple(meta.signatures),
        ops=dict(sorted(meta.graph.ops.items())),
        damage=tuple(damage),
        detail={"tags": ", ".join(meta.tags), "git": meta.git or None, "nodes": meta.graph.nodes},
        **runs(meta.graph.ops, damage),
    )
