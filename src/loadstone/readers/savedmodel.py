"""TensorFlow's SavedModel: a folder of a program, its variables and its assets.

https://www.tensorflow.org/guide/saved_model#the_savedmodel_format_on_disk
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from loadstone.core.classes import replace
from loadstone.core.facts import (
    Artifact,
    Damage,
    PartFact,
    RunsCode,
    SignatureFact,
    StateDict,
)
from loadstone.readers import _keras_described as described
from loadstone.readers import (
    _keras_names,
    _tf_bundle,
    _tf_described,
    _tf_keras,
    _tf_meta,
    _tf_roles,
    _tf_saving,
    tf_checkpoint,
    tf_graph,
)
from loadstone.readers._opened import Opened
from loadstone.readers._protobuf import BYTES, NotProtobuf, Wire
from loadstone.readers._source import Source
from loadstone.readers._tf_described import Detail
from loadstone.readers._tf_members import Members, nothing, split
from loadstone.readers._tf_meta import MetaGraph
from loadstone.readers._within import LINK, is_inside, unfollowed

FORMAT = "savedmodel"
INDEX = "variables/variables.index"
PREFIX = "variables/variables"
_NAMES = ("saved_model.pb", "saved_model.pbtxt")
_INSIDE = (*_NAMES, "keras_metadata.pb", "fingerprint.pb")
_TEXT = 32 << 20
_OP = re.compile(rb'^[ \t]+op: "([^"\n]{1,200})"', re.MULTILINE)
_TAG = re.compile(rb'^[ \t]+tags: "([^"\n]{1,200})"', re.MULTILINE)
_VERSION = re.compile(rb'^[ \t]+tensorflow_version: "([^"\n]{1,100})"', re.MULTILINE)
_GRAPHS = 50
_STATEFUL = ("VarHandleOp", "VariableV2", "Variable")


def sniff(opened: Opened) -> bool:
    """Return whether it is a SavedModel's program: a schema version, then a MetaGraph."""
    head = opened.head
    if head[:3] != b"\x08\x01\x12" or len(head) < 8:
        return False
    wire = Wire(head, limit=20)
    try:
        outer = next(wire.fields(2, 1 << 62))  # cut short is still one
        info = next(wire.fields(outer.value, outer.end))
        inner = next(wire.fields(info.value, info.end))
    except (NotProtobuf, StopIteration):
        return False
    return info.number == 1 and info.wire == BYTES and 0 < inner.number < 8 and inner.wire == BYTES


def read(opened: Opened) -> Artifact:
    """Return the SavedModel whose program was opened, with what lies beside it."""
    folder, name = split(opened.path)
    return _describe(opened, Members(folder), opened.source, name, given="pb")


def of_members(opened: Opened, members: Members) -> Artifact:
    """Return the SavedModel of these members, whose program was opened."""
    return _describe(opened, members, opened.source, "saved_model.pb", given="pb")


def around(path: str, opened: Opened) -> Artifact | None:
    """Return the SavedModel that the file at `path` is a part of."""
    folder, name = split(path)
    members = Members(folder)
    program = _program(members)
    if name not in _INSIDE or not program or members.is_pointer(name):
        return None
    if name == "saved_model.pb" and not sniff(opened):
        return None
    with members.open(program) as source:
        around_it = Opened(path, opened.source, opened.head)
        return _describe(around_it, members, source, program, given=name.rpartition(".")[0])


def read_folder(path: str) -> Artifact | None:
    """Return the SavedModel in the folder at `path`."""
    members = Members(path)
    program = _program(members)
    if not program:
        return None
    with members.open(program) as source:
        opened = Opened(path, nothing(0), source.pread(0, 4096))
        if program == "saved_model.pb" and not members.is_pointer(program):
            whole = Opened(path, source, opened.head)
            if tf_graph.sniff(whole):
                bare = tf_graph.read(whole)
                return replace(bare, is_folder=True, detail={**bare.detail, "named": program})
            if source.size > 8 and not sniff(whole):
                return None
        return _describe(opened, members, source, program, given="folder")


def read_below(path: str, names: Iterable[str]) -> Artifact | None:
    """Return the one SavedModel, or the latest, of the folders in the folder at `path`."""
    found = [name.rpartition("/")[0] for name in names if name.count("/") == 1]
    below = sorted({at for at in found if _program(Members(f"{path}/{at}"))}, key=_version)
    inside = read_folder(f"{path}/{below[-1]}") if below else None
    if inside is None:
        return None
    detail = {"given": "above", "inside": below[-1], "below": ", ".join(below[:20])}
    return replace(inside, path=path, state_dicts=(), detail={**inside.detail, **detail})


def _version(name: str) -> tuple[int, str]:
    return (int(name) if name.isdecimal() and len(name) < 20 else -1, name)


def _program(members: Members) -> str:
    """Return the name of the program in a folder, "" where there is none."""
    return next((name for name in _NAMES if members.size(name) is not None), "")


def _describe(
    opened: Opened, members: Members, source: Source, program: str, *, given: str
) -> Artifact:
    damage: list[Damage] = []
    graphs = [MetaGraph()]
    if members.is_pointer(program):
        damage.append(tf_checkpoint.pointer(program))
    elif program.endswith(".pbtxt"):
        graphs = [_from_text(source, damage)]
    else:
        graphs = _graphs(source, program, damage)
    keras = _keras(members, graphs[0])
    damage += keras.damage
    states, missing = _variables(members, graphs)
    damage += missing
    damage += _missing_assets(members, graphs)
    parts = _parts(members, program)
    if opened.source.size == 0:
        opened = Opened(opened.path, nothing(sum(part.size for part in parts)))
    ops: Counter[str] = Counter()
    for graph in graphs:
        ops.update(graph.graph.ops)
    return opened.artifact(
        FORMAT,
        "program",
        framework="tensorflow",
        producer=_producer(graphs, keras),
        is_folder=given == "folder",
        state_dicts=states,
        entries=_tf_described.entries(graphs[0].objects),
        modules=tuple(keras.modules) or _tf_described.modules(graphs[0].objects),
        signatures=_signatures(graphs),
        ops=dict(sorted(ops.items())),
        parts=tuple(parts),
        globals=tuple(keras.globals.values()),
        damage=unfollowed(damage, members.links.values()),
        detail=_tf_described.details(graphs, keras)
        | {"given": given, "program": program}
        | described.training_words(keras.training)
        | described.custom_training(keras.training)
        | _own_layers(keras)
        | _saving(source, program, ops),
        **_runs(ops, keras, [*damage, *members.links.values()]),
    )


def _own_layers(keras: _tf_keras.Keras) -> Detail:
    """Return the classes of layers and models that Keras does not have."""
    kinds = ("_tf_keras_layer", "_tf_keras_model", "_tf_keras_rnn_layer")
    held = [item.name for item in keras.modules if item.attributes.get("identifier") in kinds]
    names = [name for name in dict.fromkeys(held) if name and not _keras_names.is_own(name)]
    return {"own_layers": ", ".join(names[:20])} if names else {}


def _saving(source: Source, program: str, ops: Counter[str]) -> Detail:
    """Return the operators that only saving runs, where that is proved."""
    uses = ops[_tf_saving.OPERATOR]
    if not uses or program != "saved_model.pb" or not _tf_saving.saving_only(Wire(source), uses):
        return {}
    return {"saving_only": _tf_saving.OPERATOR}


def _graphs(source: Source, program: str, damage: list[Damage]) -> list[MetaGraph]:
    graphs: list[MetaGraph] = []
    wire = Wire(source)
    try:
        for item in wire.fields():
            if item.number == 2 and item.wire == BYTES and len(graphs) < _GRAPHS:
                graphs.append(MetaGraph())
                _tf_meta.read(wire, graphs[-1], item.value, item.end)
    except NotProtobuf as error:
        detail: Detail = {"member": program}
        if error.kind == "truncated":
            detail |= {"have": source.size, "need": None}
        why = f"`{program}` is not read to its end: {error.why}"
        damage.append(Damage(error.kind, why, min(error.at, source.size), detail))
    return graphs or [MetaGraph()]


def _from_text(source: Source, damage: list[Damage]) -> MetaGraph:
    """Return what the text form says: the version, the tags and the ops."""
    meta = MetaGraph()
    text = source.pread(0, _TEXT)
    damage += tf_graph.odd_lines(text)
    if source.size > _TEXT:
        damage.append(Damage("limit", f"the text is longer than {_TEXT} bytes", _TEXT))
    version = _VERSION.search(text)
    meta.tensorflow = version[1].decode("latin-1") if version else ""
    meta.tags = [tag.decode("utf-8", "backslashreplace") for tag in _TAG.findall(text)[:100]]
    ops = Counter(_OP.findall(text))
    meta.graph.ops = Counter(
        {name.decode("utf-8", "backslashreplace"): uses for name, uses in ops.most_common(5000)}
    )
    return meta


def _keras(members: Members, graph: MetaGraph) -> _tf_keras.Keras:
    if members.size("keras_metadata.pb") is not None:
        with members.open("keras_metadata.pb") as source:
            return _tf_keras.read(source.pread(0, _TEXT))
    found = _tf_keras.Keras()
    if graph.objects is not None:  # before TensorFlow 2.5 it stood in the program
        paths = graph.objects.paths()
        for node, path in zip(graph.objects.nodes, paths, strict=True):
            if node.identifier.startswith("_tf_keras") and node.metadata:
                where = f"root.{path}" if path else "root"
                _tf_keras.add(found, where, node.identifier, node.metadata.encode())
    return found


def _variables(
    members: Members, graphs: list[MetaGraph]
) -> tuple[tuple[StateDict, ...], list[Damage]]:
    """Return the variables, and what is wrong with the files that hold them."""
    if members.size(INDEX) is None:
        return _without_variables(graphs)
    if members.is_pointer(INDEX):
        return (), [tf_checkpoint.pointer(INDEX)]
    with members.open(INDEX) as source:
        index = _tf_bundle.read_index(source)
    damage, _ = tf_checkpoint.shards(index, members, PREFIX)
    tensors, others = _tf_bundle.tensors(index, PREFIX)
    nodes = tf_checkpoint.object_graph(index, members, PREFIX)
    return _tf_roles.split(tensors, others, nodes), index.damage + damage


def _without_variables(graphs: list[MetaGraph]) -> tuple[tuple[StateDict, ...], list[Damage]]:
    declared = {
        node.name: node.variable
        for graph in graphs
        if graph.objects
        for node in graph.objects.nodes
        if node.variable is not None
    }
    old = sum(graph.graph.ops[op] for graph in graphs for op in _STATEFUL)
    if not declared and (graphs[0].objects is not None or not old):
        return (), []
    many = len(declared) or old
    why = f"`variables/` is not there: it holds the values of {many} variables"
    return (), [Damage("missing-member", why, detail={"member": INDEX, "variables": many})]


def _missing_assets(members: Members, graphs: list[MetaGraph]) -> list[Damage]:
    damage = []
    for name in dict.fromkeys(name for graph in graphs for name in graph.assets[:100]):
        path = f"assets/{name}"
        if not is_inside(name):
            why = f"the asset `{name}` lies outside the folder"
            damage.append(Damage("malformed", why, detail={"member": path}))
        elif members.size(path) is None:
            why = f"`{path}` is not there"
            damage.append(Damage("missing-member", why, detail={"member": path}))
        elif members.is_pointer(path):
            damage.append(tf_checkpoint.pointer(path))
    return damage


def _parts(members: Members, program: str) -> list[PartFact]:
    parts = []
    for name, word, role in (
        (program, "savedmodel", "graph"),
        ("keras_metadata.pb", "keras-metadata", "config"),
        ("fingerprint.pb", "fingerprint", "config"),
        (INDEX, tf_checkpoint.FORMAT, "index"),
    ):
        size = members.size(name)
        if size is not None:
            parts.append(PartFact(name, word, size, "none", role))
    for folder, role in (("variables", "weights"), ("assets", "vocabulary"), ("assets.extra", "")):
        for name in members.names(folder)[:200]:
            path = f"{folder}/{name}"
            size = members.size(path)
            if size is not None and path != INDEX:
                word = "tf-shard" if role == "weights" else "asset"
                parts.append(PartFact(path, word, size, "none", role))
    return parts


def _producer(graphs: list[MetaGraph], keras: _tf_keras.Keras) -> Mapping[str, str | None]:
    found: dict[str, str | None] = {}
    if graphs[0].tensorflow:
        found["tensorflow"] = graphs[0].tensorflow
    if keras.version:
        found["keras"] = keras.version
    return found


def _signatures(graphs: list[MetaGraph]) -> tuple[SignatureFact, ...]:
    """Return the signatures, each name once, those of the graph tagged `serve` first."""
    found: dict[str, SignatureFact] = {}
    for graph in sorted(graphs, key=lambda item: "serve" not in item.tags):
        for signature in graph.signatures:
            found.setdefault(signature.name, signature)
    return tuple(found[name] for name in sorted(found))


def _runs(
    ops: Counter[str], keras: _tf_keras.Keras, damage: list[Damage]
) -> dict[str, RunsCode | tuple[str, ...]]:
    if keras.lambdas or keras.called:  # bytecode and functions that `load_model` would take
        return {"opening_runs_code": "yes", "calls": (*keras.lambdas, *keras.called)[:50]}
    unread = [item for item in damage if item.kind in {"truncated", "malformed", "limit", LINK}]
    found = tf_graph.runs(ops, unread)
    if keras.external and found["opening_runs_code"] == "no":
        return {"opening_runs_code": "unknown", "calls": tuple(keras.external)[:50]}
    return found
