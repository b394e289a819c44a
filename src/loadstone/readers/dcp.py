"""torch's distributed checkpoints: a folder of `.distcp` files, described by a pickle, `.metadata`.

https://docs.pytorch.org/docs/stable/distributed.checkpoint.html
"""

from __future__ import annotations

from typing import Any

from loadstone.core.facts import Artifact, Damage, PartFact, StateDict, TensorFact
from loadstone.readers import _stacked
from loadstone.readers import _values as values
from loadstone.readers._contents import role_of
from loadstone.readers._inside import Changed, NotWhole
from loadstone.readers._opened import Opened
from loadstone.readers._pickled import Pickles
from loadstone.readers._pieces import Piece, piece_bytes, pieces
from loadstone.readers._records import FolderRecords
from loadstone.readers._tensors import dtype_word

_MODULE = "torch.distributed.checkpoint.metadata"
_PARTS = 50


def sniff(records: FolderRecords) -> bool:
    """Return whether there is a `.metadata` beside pieces."""
    return ".metadata" in records and (
        any(name.endswith(".distcp") for name in records.names)
        or _MODULE.encode() in records.read(".metadata")[:4096]
    )


def read(opened: Opened, records: FolderRecords) -> Artifact:
    """Return the names and shapes that the metadata gives; the pieces are not opened."""
    pickles = Pickles(records.damage, limits=opened.limits)
    held = _metadata(records, pickles)
    stacked = _stacked.is_megatron(records)
    states = [state for state, _, _ in _grouped(held, records.damage, stacked=stacked)]
    _missing(held.get("storage_data"), records)
    files = [name for name in records.names if name.endswith(".distcp")]
    flat = len(states) == 1 and not states[0].path
    entries = {state.path: f"{state.role}: {len(state.tensors)} tensors" for state in states}
    return opened.artifact(
        "dcp",
        "container" if not states else "state-dict" if flat else "checkpoint",
        framework="torch",
        is_folder=True,
        state_dicts=tuple(states),
        entries={} if flat else entries,
        parts=tuple(
            PartFact(name, "dcp piece", records.size(name), "tensor", "weights")
            for name in files[:_PARTS]
        ),
        requires={"torch": ""},
        detail={"members": ", ".join(files[:8]), "count": len(files)}
        | ({"stacked": True} if stacked else {}),
        **pickles.facts(),
    )


def merged(path: str, entry: str) -> dict[str, tuple[TensorFact, tuple[Piece, ...]]]:
    """Return the tensors of the state dict under `entry`, each with the pieces that make it up.

    Raises `NotWhole` where they do not, `OSError` where a file cannot be opened.
    """
    records = FolderRecords(path)
    held = _metadata(records, Pickles(records.damage))
    grouped = _grouped(held, records.damage, stacked=_stacked.is_megatron(records))
    if records.damage:
        raise NotWhole(records.damage[0].why)
    for state, parts, wholes in grouped:
        if state.path == entry:
            found = pieces(path, held, wholes)
            return {
                key: (fact, _stacked.of_part(key, found[parts[key][0]], parts[key][1]))
                for key, fact in state.tensors.items()
            }
    raise NotWhole(f"there is no state dict `{entry}`")


def verify(path: str, artifact: Artifact) -> tuple[Damage, ...]:
    """Return what the pieces of a model show: that they lack, or are changed."""
    found = []
    for state in artifact.state_dicts:
        if state.role not in ("model", "ema"):
            continue
        try:
            for _, held in merged(path, state.path).values():
                for piece in held:
                    for _ in piece_bytes(path, piece):
                        pass
        except (NotWhole, OSError) as error:
            kind = "crc" if isinstance(error, Changed) else "malformed"
            found.append(Damage(kind, str(error)))
    return tuple(found)


def _metadata(records: FolderRecords, pickles: Pickles) -> dict[str, Any]:
    stream = pickles.read(records.read(".metadata"), what=".metadata")
    return values.attributes(stream.value) if stream else {}


def _grouped(
    held: dict[str, Any], damage: list[Damage], *, stacked: bool
) -> list[tuple[StateDict, dict[str, _stacked.Part], dict[str, TensorFact]]]:
    """Return the state dicts, as they lay in each other.

    With each what its tensors are parts of, by the names that pieces go by, and those tensors.
    """
    paths = {
        values.key(key): [str(part) for part in values.items(path) or ()]
        for key, path in values.pairs(held.get("planner_data")) or ()
    }
    tensors: dict[str, dict[str, TensorFact]] = {}
    values_of: list[tuple[str, str, str]] = []
    names: dict[str, dict[str, str]] = {}
    for node, entry in values.pairs(held.get("state_dict_metadata")) or ():
        name = values.key(node)
        group, key = _place(paths.get(name) or [name])
        fact = _tensor(entry)
        if fact is None:
            values_of.append((group, key, _described(entry)))
        elif key in tensors.get(group, {}):
            damage.append(Damage("malformed", f"`{key}` is in `{group}` twice"))
        else:
            tensors.setdefault(group, {})[key] = fact
            names.setdefault(group, {})[key] = name
    others: dict[str, dict[str, str]] = {}
    for above, last, told in values_of:
        group, key = above, last
        while group and group not in tensors:  # a dictionary inside a state dict
            group, _, part = group.rpartition(".")
            key = f"{part}.{key}"
        others.setdefault(group, {})[key] = told
    alone = len(tensors) == 1
    result = []
    for group, found in tensors.items():
        own = _stacked.apart(found) if stacked else {k: (f, (k, ())) for k, f in found.items()}
        role = role_of(group) if group or alone else "other"
        facts = {key: fact for key, (fact, _) in own.items()}
        parts = {key: (names[group][name], at) for key, (_, (name, at)) in own.items()}
        wholes = {names[group][key]: fact for key, fact in found.items()}
        result.append((StateDict(group, facts, others.get(group, {}), role), parts, wholes))
    return result


def _place(path: list[str]) -> tuple[str, str]:
    """Return the state dict that a tensor lies in, and its name there; an optimizer's is one."""
    *above, last = path
    for at, part in enumerate(above):
        if role_of(part) == "optimizer":
            return ".".join(above[: at + 1]), ".".join(path[at + 1 :])
    return ".".join(above), last


def _tensor(entry: Any) -> TensorFact | None:
    held = values.attributes(entry)
    shape = values.sizes(held.get("size"))
    properties = held.get("properties")
    states: Any = getattr(properties, "states", ())
    inner = values.items(states[-1]) if states else None
    name = inner[0] if inner else values.attributes(properties).get("dtype")
    word = dtype_word(values.dotted_last(name))
    return TensorFact(word, shape) if word is not None and shape is not None else None


def _described(entry: Any) -> str:
    module, name = values.class_of(entry) or ("", "")
    if name == "BytesStorageMetadata" and module == _MODULE:
        return "a pickled value, in the pieces"
    return values.describe(entry)


def _missing(table: Any, records: FolderRecords) -> None:
    named: dict[str, None] = {}
    for _, entry in values.pairs(table) or ():
        name = values.attributes(entry).get("relative_path")
        if isinstance(name, str):
            named.setdefault(values.key(name))
    for name in named:
        if name not in records:
            why = f"the piece `{name}` is not in the folder"
            records.damage.append(Damage("missing-member", why, detail={"member": name}))
