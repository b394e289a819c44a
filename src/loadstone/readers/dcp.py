"""torch's distributed checkpoints: a folder of `.distcp` files, described by a pickle, `.metadata`.

https://docs.pytorch.org/docs/stable/distributed.checkpoint.html
"""

from __future__ import annotations

from typing import Any

from loadstone.core.facts import Artifact, Damage, PartFact, StateDict, TensorFact
from loadstone.readers import _values as values
from loadstone.readers._opened import Opened
from loadstone.readers._pickled import Pickles
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
    stream = pickles.read(records.read(".metadata"), what=".metadata")
    held = values.attributes(stream.value) if stream else {}
    tensors: dict[str, TensorFact] = {}
    others: dict[str, str] = {}
    for key, entry in values.pairs(held.get("state_dict_metadata")) or ():
        fact = _tensor(entry)
        if fact is None:
            others[values.key(key)] = _described(entry)
        else:
            tensors[values.key(key)] = fact
    _missing(held.get("storage_data"), records)
    pieces = [name for name in records.names if name.endswith(".distcp")]
    return opened.artifact(
        "dcp",
        "state-dict" if tensors else "container",
        framework="torch",
        is_folder=True,
        state_dicts=(StateDict("", tensors, others),) if tensors else (),
        parts=tuple(
            PartFact(name, "dcp piece", records.size(name), "tensor", "weights")
            for name in pieces[:_PARTS]
        ),
        requires={"torch": ""},
        detail={"members": ", ".join(pieces[:8]), "count": len(pieces)},
        **pickles.facts(),
    )


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
