"""TensorFlow's checkpoints: a prefix of an index and its shards; a folder of them; the V1 file.

https://www.tensorflow.org/guide/checkpoint
"""

from __future__ import annotations

import re

from loadstone.core.facts import Artifact, Damage, PartFact, TensorFact
from loadstone.readers import _tf_bundle, _tf_dtypes, _tf_meta, _tf_objects, _tf_roles
from loadstone.readers._opened import Opened
from loadstone.readers._protobuf import BYTES, VARINT, NotProtobuf, Wire
from loadstone.readers._suffixes import SUFFIXES
from loadstone.readers._tf_bundle import OBJECT_GRAPH, Index
from loadstone.readers._tf_members import Members, nothing, split
from loadstone.readers._tf_table import FOOTER, MAGIC, Table
from loadstone.readers._within import unfollowed

_SHARD = re.compile(r"(.+)\.data-\d{5,}-of-\d{5,}", re.DOTALL)
_STATE = re.compile(rb'^(?:all_)?model_checkpoint_path:\s*"((?:[^"\\\n]|\\.)*)"', re.MULTILINE)
_GRAPH = 16 << 20
FORMAT = "tf-checkpoint"


def sniff(opened: Opened) -> bool:
    """Return whether the bytes end as LevelDB's tables do."""
    size = opened.source.size
    return size >= FOOTER and opened.source.pread(size - 8, 8) == MAGIC


def is_index(members: Members, name: str) -> bool:
    """Return whether a member is an index, or the pointer to one."""
    size = members.size(name)
    if size is None or size < FOOTER:
        return False
    with members.open(name) as source:
        return source.pread(size - 8, 8) == MAGIC or members.is_pointer(name)


def is_prefix(members: Members, prefix: str) -> bool:
    """Return whether a prefix has an index, or shards whose index is lost or damaged."""
    return is_index(members, f"{prefix}.index") or any(
        found is not None and found[1] == prefix
        for found in map(_SHARD.fullmatch, members.names()[:10_000])
    )


def read(opened: Opened) -> Artifact:
    """Return the checkpoint whose index, or whose single V1 file, was opened."""
    first = next(Table(opened.source).entries(), (b"", b""))
    if first[0]:
        return opened.artifact("leveldb-table", "container")
    if first[1][:1] == b"\x0a":
        return _version_1(opened, first[1])
    folder, name = split(opened.path)
    prefix = name.removesuffix(".index")
    index = _tf_bundle.read_index(opened.source)
    return describe(opened, Members(folder), prefix, index, given="index")


def around(path: str, opened: Opened) -> Artifact | None:
    """Return the checkpoint that the file at `path` is a shard of, or lists."""
    folder, name = split(path)
    members = Members(folder)
    shard = _SHARD.fullmatch(name)
    if shard and opened.source.size and not members.is_pointer(name):
        return _beside(Opened(path, opened.source), members, shard[1], given="shard")
    stem = name.removesuffix(".index")
    if stem != name and opened.source.size and not sniff(opened) and not members.is_pointer(name):
        cut = is_prefix(members, stem)
        return _beside(Opened(path, opened.source), members, stem, given="index") if cut else None
    if name == "checkpoint" and _STATE.search(opened.head):
        prefixes = _prefixes(members)
        prefix = _latest(opened.head, prefixes)
        if prefix:
            return _beside(Opened(path, opened.source), members, prefix, given="list")
    return None


def read_prefix(path: str) -> Artifact | None:
    """Return the checkpoint that `path`, which is no file, is the prefix of."""
    folder, name = split(path)
    members = Members(folder)
    if not name or not is_prefix(members, name):
        return None
    return _beside(Opened(path, nothing(0)), members, name, given="prefix")


def read_folder(path: str) -> Artifact | None:
    """Return the latest of the checkpoints that the folder at `path` holds."""
    members = Members(path)
    prefixes = _prefixes(members)
    if not prefixes or _foreign(members.names(), prefixes):
        return None
    prefix = _latest(members.head("checkpoint", 65536), prefixes)
    return _beside(Opened(path, nothing(0)), members, prefix, given="folder", prefixes=prefixes)


def _foreign(names: list[str], prefixes: list[str]) -> bool:
    """Whether models that belong to none of the checkpoints lie beside them, more than these."""
    own = tuple(f"{prefix}." for prefix in prefixes)
    models = [name for name in names if name.lower().endswith(SUFFIXES)]
    others = (name for name in models if not name.startswith(own))
    return sum(1 for _ in others) > len(prefixes)


def _prefixes(members: Members) -> list[str]:
    """Return the checkpoints in a folder, the last one last."""
    names = members.names()[:10_000]
    found = {
        name.removesuffix(".index")
        for name in names
        if name.endswith(".index") and is_index(members, name)
    }
    found |= {shard[1] for shard in map(_SHARD.fullmatch, names) if shard}
    return sorted(found, key=_numbered)


def _numbered(name: str) -> tuple[int, str]:
    digits = re.search(r"(\d{1,18})\D*$", name)
    return (int(digits[1]) if digits else -1, name)


def _latest(state: bytes, prefixes: list[str]) -> str:
    """Return the prefix that the text file names first, if it is here; else the last one."""
    named = _named(state)
    return named if named in prefixes else prefixes[-1] if prefixes else ""


def _named(state: bytes) -> str:
    found = _STATE.search(state)
    if found is None:
        return ""
    return re.split(r"[\\/]", found[1].decode("utf-8", "backslashreplace"))[-1]


def _beside(
    opened: Opened, members: Members, prefix: str, *, given: str, prefixes: list[str] | None = None
) -> Artifact:
    name = f"{prefix}.index"
    with members.open(name) as source:
        index = _tf_bundle.read_index(source)
    if members.is_pointer(name):
        index = Index(shards=0, damage=[pointer(name)])
    elif members.size(name) is None:
        why = f"`{name}` is not there: it says which tensors the shards hold"
        index = Index(shards=0, damage=[Damage("missing-member", why, detail={"member": name})])
    return describe(opened, members, prefix, index, given=given, prefixes=prefixes)


def pointer(name: str) -> Damage:
    """Return that a git-LFS pointer stands where a file should."""
    why = f"`{name}` is a git-LFS pointer, not the file itself"
    return Damage("missing-member", why, detail={"member": name, "pointer": True})


def describe(
    opened: Opened,
    members: Members,
    prefix: str,
    index: Index,
    *,
    given: str,
    prefixes: list[str] | None = None,
) -> Artifact:
    """Return the facts of one checkpoint; `given` says which of its files was asked for."""
    damage, present = shards(index, members, prefix)
    tensors, others = _tf_bundle.tensors(index, prefix)
    nodes = object_graph(index, members, prefix)
    parts = _parts(members, prefix, present)
    detail: dict[str, str | int | float | bool | None] = {
        "prefix": prefix,
        "given": given,
        "shards": index.shards,
        "objects": bool(nodes),
    }
    if prefix == "variables":
        around_it = Members(members.path(".."))
        names = ("saved_model.pb", "saved_model.pbtxt")
        detail["inside_savedmodel"] = any(around_it.size(name) is not None for name in names)
    elif nodes and members.size("checkpoint") is None:
        detail["unlisted"] = True  # `latest_checkpoint` finds nothing in its folder
    if prefixes is not None:
        detail |= {"prefixes": ", ".join(prefixes[-8:]), "count": len(prefixes)}
    detail |= _state_detail(members, prefix)
    meta = _meta(members, prefix)
    total = sum(part.size for part in parts)
    if opened.source.size == 0:
        opened = Opened(opened.path, nothing(total))
    return opened.artifact(
        FORMAT,
        "state-dict",
        framework="tensorflow",
        producer={"tensorflow": meta.tensorflow} if meta and meta.tensorflow else {},
        is_folder=given == "folder",
        state_dicts=_tf_roles.split(tensors, others, nodes),
        entries=attributes(nodes),
        parts=tuple(parts),
        damage=unfollowed(index.damage + damage, members.links.values()),
        detail=detail,
    )


def shards(index: Index, members: Members, prefix: str) -> tuple[list[Damage], list[str]]:
    """Return what is wrong with the shards of a checkpoint, and the names of those here."""
    damage, present = _tf_bundle.check_shards(index, prefix, members.size)
    pointers = {name for name in present if members.is_pointer(name)}
    kept = [item for item in damage if item.detail.get("member") not in pointers]
    return [*kept, *map(pointer, sorted(pointers))], present


def object_graph(index: Index, members: Members, prefix: str) -> list[_tf_objects.Node]:
    """Return the objects that the names come from; none where they were not saved."""
    entry = index.named(OBJECT_GRAPH)
    if entry is None:
        return []
    with members.open(_tf_bundle.shard_name(prefix, entry.shard, index.shards)) as source:
        text = _tf_bundle.text_of(entry, source, _GRAPH)
    try:
        return _tf_objects.read(Wire(text))
    except NotProtobuf as error:
        why = f"the tree of objects is no record: {error.why}"
        index.damage.append(Damage("malformed", why, detail={"key": OBJECT_GRAPH}))
        return []


def full_names(artifact: Artifact) -> dict[str, str]:
    """Return the full names of a checkpoint's variables by their keys: `dense/kernel`."""
    folder = artifact.path if artifact.is_folder else split(artifact.path)[0]
    members, prefix = Members(folder), str(artifact.detail["prefix"])
    with members.open(f"{prefix}.index") as source:
        index = _tf_bundle.read_index(source)
    nodes = object_graph(index, members, prefix)
    return {key: full for node in nodes for full, key in node.keys}


def attributes(nodes: list[_tf_objects.Node]) -> dict[str, str]:
    """Return the attributes of the object that was saved, described."""
    if not nodes:
        return {}
    found: dict[str, str] = {}
    for name, number in nodes[0].children[:200]:
        node = nodes[number] if 0 <= number < len(nodes) else _tf_objects.Node()
        kind = "variable" if node.keys and not node.children else "object"
        if node.slots:
            kind = f"optimizer, {len(node.slots)} slots"
        elif node.children:
            kind += f" ({', '.join(key for key, _ in node.children[:6])})"
        found[name] = kind
    return found


def _parts(members: Members, prefix: str, present: list[str]) -> list[PartFact]:
    parts = [
        PartFact(f"{prefix}.index", FORMAT, members.size(f"{prefix}.index") or 0, role="index")
    ]
    parts += [
        PartFact(name, "tf-shard", members.size(name) or 0, "state-dict", "weights")
        for name in present[:200]
    ]
    meta = members.size(f"{prefix}.meta")
    if meta is not None:
        parts.append(PartFact(f"{prefix}.meta", "tf-meta-graph", meta, "program", "graph"))
    return parts


def _meta(members: Members, prefix: str) -> _tf_meta.MetaGraph | None:
    """Return who wrote the `.meta` beside a TF1 checkpoint, and for which devices."""
    if not members.size(f"{prefix}.meta"):
        return None
    meta = _tf_meta.MetaGraph()
    with members.open(f"{prefix}.meta") as source:
        try:
            _tf_meta.read(Wire(source, limit=200_000), meta, 0, source.size)
        except NotProtobuf:
            return meta if meta.tensorflow else None
    return meta


def _state_detail(members: Members, prefix: str) -> dict[str, str | int | float | bool | None]:
    """Return what the text file `checkpoint` names, where that is not here."""
    found = _STATE.search(members.head("checkpoint", 65536))
    if found is None:
        return {}
    named = found[1].decode("utf-8", "backslashreplace")[:300]
    elsewhere = re.match(r"[\\/]|[A-Za-z]:", named) is not None
    here = not elsewhere and named == prefix
    return {"listed": named, "listed_here": here or members.size(f"{named}.index") is not None}


def _version_1(opened: Opened, header: bytes) -> Artifact:
    """Return a checkpoint of before TensorFlow 0.12: one table that holds the tensors too."""
    wire = Wire(header)
    tensors: dict[str, TensorFact] = {}
    damage: list[Damage] = []
    try:
        for outer in wire.fields():
            for item in wire.inside(outer):
                if outer.number == 1 and item.number == 1 and item.wire == BYTES:
                    name, fact = _slice(wire, item.value, item.end)
                    if fact is not None:
                        tensors[name] = fact
    except NotProtobuf as error:
        damage.append(Damage("malformed", f"the header is no record: {error.why}"))
    return opened.artifact(
        "tf-checkpoint-v1",
        "state-dict",
        framework="tensorflow",
        state_dicts=_tf_roles.split(tensors, {}, []),
        damage=tuple(damage),
        detail={"prefix": split(opened.path)[1], "given": "prefix"},
    )


def _slice(wire: Wire, start: int, end: int) -> tuple[str, TensorFact | None]:
    name, kind = "", None
    shape: _tf_dtypes.Shape | None = ()
    for part in wire.fields(start, end):
        if part.number == 1:
            name = wire.text(part, 1000)
        elif part.number == 2:
            shape = _tf_dtypes.shape(wire, part)
        elif part.number == 3 and part.wire == VARINT:
            kind = _tf_dtypes.dtype(part.value)
    if kind is None or shape is None or None in shape:
        return name, None
    return name, TensorFact(kind, tuple(size or 0 for size in shape))
