"""orbax's folders: JSON that names the tree, and arrays in zarr or in an OCDBT database.

https://orbax.readthedocs.io/en/latest/guides/checkpoint/checkpoint_format.html
"""

from __future__ import annotations

from typing import Any

from loadstone.core import dtypes
from loadstone.core.classes import replace
from loadstone.core.facts import Artifact, Damage, PartFact, StateDict, TensorFact
from loadstone.readers import _dense, _ocdbt
from loadstone.readers._json import NotJson, parse
from loadstone.readers._opened import Opened
from loadstone.readers._records import FolderRecords

_ARRAYS = ("jax.Array", "np.ndarray", "numpy.ndarray")  # by the words of its metadata
_SCALAR = "scalar"  # a number of Python's, which is kept as an array
_DESCRIBED = ("/.zarray", "/zarr.json")
_MARKS = ("_CHECKPOINT_METADATA", "orbax.checkpoint")
_WRITTEN = "ocdbt.process_"  # the database of one process, which are joined at the end of a save
_JSON = 16 << 20
_LEAVES = 100_000


def sniff(records: FolderRecords) -> bool:
    """Return whether a file that only orbax writes lies in the folder, or in a step of it."""
    return bool(_roots(records))


def _roots(records: FolderRecords) -> list[str]:
    """Return the folders, relative and with a slash at their end, that hold a tree."""
    found = [
        name.removesuffix("_METADATA")
        for name in records.names
        if (name == "_METADATA" or name.endswith("/_METADATA")) and name.count("/") < 4
    ]
    if not found:
        found = ["" for name in records.names if name in _MARKS][:1]
    if found and any(_is_beside(records, root) for root in found):
        return sorted(found)
    return []


def _is_beside(records: FolderRecords, root: str) -> bool:
    names = (*_MARKS, "manifest.ocdbt", "_sharding")
    if any(f"{root}{name}" in records for name in names):
        return True
    around = root.rstrip("/").rpartition("/")[0]
    upper = f"{around}/" if around else ""
    return any(f"{upper}{name}" in records for name in _MARKS) or any(
        name.startswith(root) and name.endswith("/.zarray") for name in records.names
    )


def read(opened: Opened, records: FolderRecords) -> Artifact:
    """Return the names, and shapes and element types as far as JSON tells them."""
    damage: list[Damage] = []
    states: list[StateDict] = []
    detail: dict[str, str | int | float | bool | None] = {}
    for root in _roots(records):
        tree = _json(records, f"{root}_METADATA", damage)
        shapes = _json(records, f"{root}array_metadatas/process_0", damage)
        held = _database(records, root, damage)
        state = _state(tree, _Arrays(records, root, _arrays(shapes), held, damage))
        if state is not None:
            states.append(replace(state, path=root.rstrip("/")))
        if isinstance(tree.get("use_zarr3"), bool):
            detail["zarr"] = 3 if tree["use_zarr3"] else 2
        if f"{root}manifest.ocdbt" in records:
            detail["ocdbt"] = True
        elif tree.get("use_ocdbt") is True:
            why = f"`{root}manifest.ocdbt` is not in the folder"
            damage.append(Damage("missing-member", why, None, {"member": f"{root}manifest.ocdbt"}))
    if not states and any(f"/{_WRITTEN}" in f"/{name}" for name in records.names):
        why = "`_METADATA`, which names the arrays, is not in the folder: the save did not end"
        damage.append(Damage("missing-member", why, None, {"member": "_METADATA"}))
    about = _json(records, "_CHECKPOINT_METADATA", damage)
    handlers = about.get("item_handlers")
    if handlers:
        detail["item_handlers"] = str(handlers)[:200]
    untyped = sum(kind.startswith(_ARRAYS) for state in states for kind in state.others.values())
    if untyped:
        detail["untyped_arrays"] = untyped
    parts = [PartFact(f"{state.path}/" if state.path else "", "orbax-tree") for state in states]
    return opened.artifact(
        "orbax",
        "checkpoint" if len(states) > 1 else "state-dict",
        framework="orbax",
        is_folder=True,
        state_dicts=tuple(states),
        parts=tuple(parts) if len(parts) > 1 else (),
        damage=tuple(damage[:100] + records.damage[:20]),
        detail=detail | {"count": len(records.names)},
    )


def _json(records: FolderRecords, name: str, damage: list[Damage]) -> dict[str, Any]:
    if name not in records or records.size(name) > _JSON:
        return {}
    try:
        value, _ = parse(records.read(name))
    except NotJson as error:
        why = error.of(f"`{name}`")
        damage.append(Damage(error.kind, why, error.at, {"member": name}))
        return {}
    return value if isinstance(value, dict) else {}


def _arrays(held: dict[str, Any]) -> dict[str, list[int]]:
    """Return the shapes that a file of `array_metadatas` tells."""
    entries = held.get("array_metadatas")
    found: dict[str, list[int]] = {}
    for entry in entries if isinstance(entries, list) else ():
        inner = entry.get("array_metadata") if isinstance(entry, dict) else None
        if isinstance(inner, dict) and isinstance(inner.get("param_name"), str):
            shape = inner.get("write_shape")
            if isinstance(shape, list) and _dense.is_shape(shape):
                found[inner["param_name"]] = shape
    return found


def _database(records: FolderRecords, root: str, damage: list[Damage]) -> dict[str, bytes]:
    """Return the descriptions of arrays in an OCDBT database, none where it is too large."""
    if f"{root}{_ocdbt.MANIFEST}" not in records:
        return {}
    try:
        return _ocdbt.values(records, root, lambda key: key.endswith(_DESCRIBED))
    except _ocdbt.NotOcdbt as error:
        if error.kind != "limit":
            member = f"{root}{error.member}"
            why = str(error) if error.kind.endswith("member") else f"`{member}`: {error}"
            damage.append(Damage(error.kind, why, None, {"member": member}))
        return {}


class _Arrays:
    """What is written of each array: a zarr beside the tree, or in its database."""

    def __init__(
        self,
        records: FolderRecords,
        root: str,
        shapes: dict[str, list[int]],
        held: dict[str, bytes],
        damage: list[Damage],
    ) -> None:
        self.records = records
        self.root = root
        self.shapes = shapes
        self.held = held
        self.damage = damage

    def fact(self, name: str) -> TensorFact | None:
        """Return the array of a name, by zarr 2 or 3."""
        for ending in _DESCRIBED:
            data = self.held.get(f"{name}{ending}")
            if data is not None:
                described = self._of_database(data)
            else:
                described = _json(self.records, f"{self.root}{name}{ending}", self.damage)
            found = _zarr(described)
            if found is not None:
                return found
        return None

    @staticmethod
    def _of_database(data: bytes) -> dict[str, Any]:
        try:
            value, _ = parse(data)
        except NotJson:
            return {}
        return value if isinstance(value, dict) else {}

    def told(self, name: str, kind: str) -> str:
        """Return what is known of an array whose description is not read."""
        shape = self.shapes.get(name)
        sizes = f" {'×'.join(map(str, shape)) or 'scalar'}" if shape is not None else ""
        return f"{kind}{sizes}"


def _state(tree: dict[str, Any], arrays: _Arrays) -> StateDict | None:
    tensors: dict[str, TensorFact] = {}
    others: dict[str, str] = {}
    leaves = tree.get("tree_metadata")
    for entry in list(leaves.values())[:_LEAVES] if isinstance(leaves, dict) else ():
        keys = entry.get("key_metadata") if isinstance(entry, dict) else None
        names = (
            [str(key.get("key")) for key in keys if isinstance(key, dict)]
            if isinstance(keys, list)
            else []
        )
        value = entry.get("value_metadata") if names else None
        if not isinstance(value, dict):
            continue
        name = ".".join(names)[:1000]
        kind = str(value.get("value_type"))[:40]
        fact = _fact(value) or arrays.fact(name)
        if fact is not None and kind != _SCALAR:
            tensors[name] = fact
        else:
            others[name] = f"{kind} {fact.dtype}" if fact is not None else arrays.told(name, kind)
    return StateDict("", tensors, others) if tensors or others else None


def _fact(value: dict[str, Any]) -> TensorFact | None:
    """Return a tensor that the tree describes by itself."""
    shape = value.get("write_shape", value.get("shape"))
    word = value.get("dtype")
    if isinstance(shape, list) and _dense.is_shape(shape) and isinstance(word, str):
        return TensorFact(word, tuple(shape)) if dtypes.known(word) else None
    return None


def _zarr(held: dict[str, Any]) -> TensorFact | None:
    """Return the array that a `.zarray` describes, or a `zarr.json`."""
    shape, code = held.get("shape"), held.get("dtype", held.get("data_type"))
    if not isinstance(shape, list) or not _dense.is_shape(shape) or not isinstance(code, str):
        return None
    word = dtypes.NUMPY.get(code.lstrip("<>|="), code)
    return TensorFact(word, tuple(shape)) if dtypes.known(word) else None
