"""Folders of several models: sentence-transformers and diffusers, each with its own table.

https://sbert.net/docs/sentence_transformer/usage/custom_models.html,
https://huggingface.co/docs/diffusers/using-diffusers/loading
"""

from __future__ import annotations

from typing import Any

from loadstone.core.classes import replace
from loadstone.core.facts import Artifact, Damage, ModuleFact, StateDict
from loadstone.readers import _hf_code, _members, _outside, _roles, _weights, hf
from loadstone.readers._json import NotJson, parse
from loadstone.readers._opened import Opened
from loadstone.readers._outside import Outside
from loadstone.readers._plain import Scalar, clean, mapping, scalar, text
from loadstone.readers._records import FolderRecords

_INDEX, _MODULES = "model_index.json", "modules.json"
_TYPES = "sentence_transformers."
_MOST = 50


def is_diffusers(records: FolderRecords) -> bool:
    """Return whether there is a table of a diffusers pipeline."""
    if _INDEX not in records:
        return False
    return "_class_name" in _members.json_of(records, _INDEX, [])


def is_sentences(records: FolderRecords) -> bool:
    """Return whether there is a list of modules of sentence-transformers."""
    return bool(_listed(records))


def read_diffusers(opened: Opened, records: FolderRecords) -> Artifact:
    """Return the components of a pipeline, and whether each is there."""
    damage = list(records.damage)
    index = _members.json_of(records, _INDEX, damage)
    modules: list[ModuleFact] = []
    states: list[StateDict] = []
    requires = {"diffusers": ""}
    outside = list(_hf_code.of_folder(records))
    kind = index.get("_class_name")
    if not isinstance(kind, str) or "pipeline.py" in records.names:
        outside.append(Outside(clean(f"the pipeline {kind}", 200), runs=True))
    for name, held in list(index.items())[:_MOST]:
        if name.startswith("_") or not isinstance(held, list) or len(held) != 2:
            continue
        library, kind = held
        if not isinstance(library, str) or not isinstance(kind, str):
            continue  # a component that was left out
        part = clean(name)
        modules.append(ModuleFact(part, clean(library), clean(kind)))
        outside += _hf_code.of_component(records, part, library, kind)
        if library in ("transformers", "diffusers"):
            requires[library] = ""
        if not any(item.startswith(f"{part}/") for item in records.names):
            why = f"the component `{part}` has no folder"
            damage.append(Damage("missing-member", why, detail={"member": part}))
            continue
        weights = _component(opened, records, f"{part}/", damage)
        states += weights.states
        opens = (*weights.calls, *(["weights"] if weights.runs == "unknown" else []))
        outside += [Outside(call, runs=weights.runs == "yes") for call in opens]
    word, calls = _outside.together("no", (), outside)
    return opened.artifact(
        "diffusers",
        "model",
        framework="torch",
        producer={"diffusers": text(index.get("_diffusers_version"))},
        is_folder=True,
        state_dicts=tuple(states),
        modules=tuple(modules),
        parts=_roles.parts(opened, records),
        requires=requires,
        opening_runs_code=word,
        calls=calls,
        damage=tuple(damage),
        detail={"pipeline": scalar(index.get("_class_name"))},
    )


def _component(
    opened: Opened, records: FolderRecords, at: str, damage: list[Damage]
) -> _weights.Weights:
    weights = _weights.find(opened, records, _weights.DIFFUSION, at)
    config = f"{at}config.json" in records
    if not weights.name and not weights.files:
        if config:  # a scheduler or a tokenizer has none
            why = f"no weights lie in `{at}`"
            damage.append(Damage("no-weights", why, detail={"member": at}))
        return weights
    damage += weights.damage
    weights.states = tuple(
        replace(state, path=f"{at}{state.path}".rstrip("/")) for state in weights.states
    )
    return weights


def _listed(records: FolderRecords) -> list[dict[str, Any]]:
    if _MODULES not in records or records.size(_MODULES) > _members.JSON:
        return []
    try:
        value, _ = parse(records.read(_MODULES))
    except NotJson:
        return []
    held = [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
    return held if any("type" in item and "path" in item for item in held) else []


def read_sentences(opened: Opened, records: FolderRecords) -> Artifact:
    """Return the modules in their order; the first one is a transformer, read as such."""
    listed = _listed(records)[:_MOST]
    inner = hf.read(opened, records) if hf.sniff(records) else None
    damage = list(inner.damage if inner else records.damage)
    states = list(inner.state_dicts) if inner else []
    modules: list[ModuleFact] = []
    custom: list[str] = []
    outside = [*_hf_code.of_sentences(records, listed), *_hf_code.of_folder(records)]
    for item in listed:
        path, kind = clean(str(item.get("path", ""))), clean(str(item.get("type", "")))
        module, _, name = kind.rpartition(".")
        modules.append(ModuleFact(path, module, name))
        if not kind.startswith(_TYPES):
            custom.append(kind)
        if path and not any(name.startswith(f"{path}/") for name in records.names):
            if not name.endswith(("Normalize", "Dropout")):  # these have nothing to keep
                why = f"the module `{path}` has no folder"
                damage.append(Damage("missing-member", why, detail={"member": path}))
        elif path:
            weights = _weights.find(opened, records, _weights.NAMES, f"{path}/")
            opens = (*weights.calls, *(["weights"] if weights.runs == "unknown" else []))
            outside += [Outside(call, runs=weights.runs == "yes") for call in opens]
            damage += weights.damage
            states += [replace(state, path=path) for state in weights.states]
    told = _members.json_of(records, "config_sentence_transformers.json", damage)
    versions = mapping(told.get("__version__"))
    renamed = {"pytorch": "torch", "sentence_transformers": "sentence-transformers"}
    producer = {
        renamed.get(key, clean(key, 60)): text(value) for key, value in list(versions.items())[:8]
    }
    detail: dict[str, Scalar] = dict(inner.detail) if inner else {}
    if custom:
        detail["auto_map"] = clean(", ".join(custom[:8]))
    detail["similarity"] = scalar(told.get("similarity_fn_name"))
    detail["prompts"] = len(mapping(told.get("prompts"))) or None
    runs = inner.opening_runs_code if inner else "no"
    word, calls = _outside.together(runs, inner.calls if inner else (), outside)
    return opened.artifact(
        "sentence-transformers",
        "model",
        framework=(inner.framework if inner else None) or "torch",
        producer=(dict(inner.producer) if inner else {}) | producer,
        is_folder=True,
        state_dicts=tuple(states),
        modules=tuple(modules),
        parts=_roles.parts(opened, records),
        requires={"sentence-transformers": ""} | (dict(inner.requires) if inner else {}),
        opening_runs_code=word,
        calls=calls,
        damage=tuple(damage),
        disagreements=inner.disagreements if inner else (),
        detail={key: value for key, value in detail.items() if value is not None},
    )
