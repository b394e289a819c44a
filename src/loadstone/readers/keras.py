"""The `.keras` archive of Keras 2.12 and later: metadata, configuration, weights in HDF5 or npz.

https://github.com/keras-team/keras/blob/master/keras/src/saving/saving_lib.py
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loadstone.core.classes import replace
from loadstone.core.facts import Artifact, Damage, PartFact
from loadstone.readers import _keras_described as described
from loadstone.readers import _members, hdf5
from loadstone.readers._later import later
from loadstone.readers._opened import WORST, Opened
from loadstone.readers._plain import word
from loadstone.readers._records import FolderRecords, Records

FORMAT = "keras"
_CONFIG, _METADATA = "config.json", "metadata.json"
_WEIGHTS = ("model.weights.h5", "model.weights.npz", "model.weights.json")
_ARRAYS = "npz"  # format of weights in one
_FILES = 200

_read_arrays = later("_keras_npz", "read")


def sniff(records: Records) -> str | None:
    """Return the folder that the model lies in: "", or that of an archive packed once more."""
    for name in records.names[:1000]:
        root, slash, last = name.rpartition("/")
        before = root + slash
        if last == _CONFIG and before.count("/") <= 2:
            weights = any(f"{before}{item}" in records for item in _WEIGHTS)
            if weights or f"{before}{_METADATA}" in records:
                return before
    return None


def sniff_folder(records: FolderRecords) -> bool:
    """Return whether a folder is what Keras writes where it is asked not to zip."""
    if sniff(records) != "" or not any(name in records for name in _WEIGHTS[:2]):
        return False
    return "class_name" in _members.json_of(records, _CONFIG, [], odd_numbers=True)


def read_folder(opened: Opened, records: FolderRecords) -> Artifact:
    """Return the facts of the model in a folder."""
    return read(opened, records, "")


def read(opened: Opened, records: Records, root: str) -> Artifact:
    """Return the facts of the model."""
    damage: list[Damage] = []
    config: Mapping[str, Any] = _members.json_of(records, root + _CONFIG, damage, odd_numbers=True)
    metadata = _members.json_of(records, root + _METADATA, damage)
    version = word(metadata.get("keras_version"), 60)
    training = config.get("compile_config")
    facts = described.model(
        {key: item for key, item in config.items() if key != "compile_config"},
        training,
        version=version,
        archived=True,
    )
    inner = _weights(opened, records, root, damage)
    states = inner.state_dicts if inner is not None else ()
    layout = inner.detail.get("layout") if inner is not None else None
    facts["detail"] = {
        "layout": layout,
        "weights": inner.format if inner is not None and inner.format == _ARRAYS else None,
        "holds": "model" if config else "weights",
        "keras": version or None,
        **described.generation(version, config, "numbered"),
        "saved": word(metadata.get("date_saved"), 60) or None,
        "root": root or None,
        **facts["detail"],
    }
    damage += records.damage
    return opened.artifact(
        FORMAT,
        "model" if config else "container",
        framework="keras",
        is_folder=records.is_folder,
        producer={"keras": version} if version else {},
        state_dicts=states,
        entries=inner.entries if inner is not None else {},
        parts=tuple(_parts(records, root)),
        damage=tuple(damage),
        disagreements=tuple(records.disagreements),
        **_runs(facts, damage, records, inner),
    )


def _runs(
    facts: dict[str, Any], damage: list[Damage], records: Records, inner: Artifact | None
) -> dict[str, Any]:
    """Return the facts with what a load would run: the classes, and pickles of weights."""
    found = described.runs(facts, damage)
    words = [found["opening_runs_code"], "unknown" if records.disagreements else "no"]
    if inner is not None and inner.format == _ARRAYS:
        words.append(inner.opening_runs_code)
        found["globals"] += inner.globals
        found["calls"] += inner.calls
        found["protocol"] = inner.protocol
    return {**found, "opening_runs_code": max(words, key=WORST.index)}


def _weights(opened: Opened, records: Records, root: str, damage: list[Damage]) -> Artifact | None:
    """Return the facts of the weights inside."""
    name = root + _WEIGHTS[0]
    if name not in records:
        other = next((root + item for item in _WEIGHTS if root + item in records), "")
        arrays: Artifact | None = (
            _read_arrays(opened, records, other) if other.endswith(".npz") else None
        )
        if arrays is not None:
            damage += _members.within(arrays, other)
            return arrays
        why = f"the weights lie in `{other}`" if other else f"`{name}` is not there"
        kind = "limit" if other else "missing-member"
        damage.append(Damage(kind, why, detail={"member": other or name}))
        return None
    inner = _members.artifact(opened, records, name)
    if inner is None or inner.format not in (hdf5.FORMAT, "hdf5"):
        why = f"`{name}` is no HDF5" if inner is not None else f"`{name}` was not read"
        damage.append(Damage("malformed" if inner else "limit", why, detail={"member": name}))
        return None
    damage += _members.within(inner, name)
    states = (replace(state, role="model") if state.role == "other" and not state.path else state
              for state in inner.state_dicts)  # fmt: skip
    return replace(inner, state_dicts=tuple(states))


def _parts(records: Records, root: str) -> list[PartFact]:
    roles = {_CONFIG: "config", _METADATA: "config"} | dict.fromkeys(_WEIGHTS, "weights")
    found = []
    for name in records.names[:_FILES]:
        if not name.endswith("/"):
            last = name.removeprefix(root)
            word = "hdf5" if last == _WEIGHTS[0] else last.rpartition(".")[2]
            found.append(PartFact(name, word, records.size(name), "none", roles.get(last, "asset")))
    return found
