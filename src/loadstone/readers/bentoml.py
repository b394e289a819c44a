"""BentoML: a model of its store (`model.yaml`) or a service with its models (`bento.yaml`).

https://docs.bentoml.com/en/latest/reference/bentoml/stores.html
"""

from __future__ import annotations

from typing import Any

from loadstone.core.facts import Artifact, Damage, SignatureFact
from loadstone.readers import _members, _outside, _requirements, _roles
from loadstone.readers._opened import Opened
from loadstone.readers._outside import Outside
from loadstone.readers._plain import Scalar, clean, mapping, sequence, text
from loadstone.readers._records import FolderRecords

_MODEL, _SERVICE = "model.yaml", "bento.yaml"


def sniff(records: FolderRecords) -> bool:
    """Return whether one of its two files lies at the top, and says so."""
    if _SERVICE in records:
        held = mapping(_requirements.yaml_of(records, _SERVICE))
        return "service" in held or "bentoml_version" in held
    if _MODEL not in records:
        return False
    held = mapping(_requirements.yaml_of(records, _MODEL))
    return {"name", "version", "module"} <= set(held)


def read(opened: Opened, records: FolderRecords) -> Artifact:
    """Return what the file says, and the model beside it."""
    damage = list(records.damage)
    name = _SERVICE if _SERVICE in records else _MODEL
    held = mapping(_requirements.yaml_of(records, name))
    context = mapping(held.get("context"))
    place = _place(records, name)
    inner = _members.artifact(opened, records, place) if place else None
    if inner is not None:
        damage += _members.within(inner, place)
    elif name == _MODEL:
        why = "no file of a model lies beside `model.yaml`"
        damage.append(Damage("no-weights", why, detail={"member": name}))
    module = text(held.get("module"))
    told = _outside.beside(opened, records, (place,)) if name == _MODEL else []
    if name == _MODEL and module and not module.startswith("bentoml."):
        told.append(Outside(module, runs=True))
    word, calls = _outside.together(
        inner.opening_runs_code if inner is not None else "unknown",
        inner.calls if inner is not None else (),
        told,
    )
    requires, python = _requirements.of(records, "env/python/")
    versions = {
        clean(key, 60): text(value)
        for key, value in list(mapping(context.get("framework_versions")).items())[:20]
    }
    requires = {key: f"=={value}" if value else "" for key, value in versions.items()} | requires
    written = text(context.get("bentoml_version")) or text(held.get("bentoml_version"))
    detail: dict[str, Scalar] = {
        "inner": place or None,
        "inner_format": inner.format if inner is not None else None,
        "module": module,
        "service": text(held.get("service")),
        "name": text(held.get("name")),
        "version": text(held.get("version")),
        "models": _tags(held.get("models")),
        "python_version": text(context.get("python_version")) or _python(held) or python,
    }
    return opened.artifact(
        "bentoml",
        "container",
        framework=inner.framework if inner is not None else None,
        producer={"bentoml": written} | versions,
        is_folder=True,
        state_dicts=inner.state_dicts if inner is not None else (),
        modules=inner.modules if inner is not None else (),
        globals=inner.globals if inner is not None else (),
        signatures=tuple(SignatureFact(clean(key, 60)) for key in _calls(held)[:20]),
        parts=_roles.parts(opened, records, (name, place)),
        requires={"bentoml": ""} | requires,
        opening_runs_code="yes" if name == _SERVICE else word,
        calls=(text(held.get("service")) or "service",) if name == _SERVICE else calls,
        damage=tuple(damage),
        detail={key: value for key, value in detail.items() if value is not None},
    )


def _place(records: FolderRecords, name: str) -> str:
    """Return the file of the model: `saved_model.*`, else the largest that could be one."""
    found = [item for item in records.names if _roles.role(item) == "weights"]
    saved = [item for item in found if item.rsplit("/", 1)[-1].startswith("saved_model")]
    if saved or (found and name == _MODEL):
        return max(saved or found, key=records.size)
    return ""


def _calls(held: dict[str, Any]) -> list[str]:
    """Return the methods of a model, or what a service is called by: BentoML 1.2 says it anew."""
    listed = sequence(held.get("apis")) or sequence(mapping(held.get("schema")).get("routes"))
    names = [mapping(item).get("name") for item in listed]
    found = [*mapping(held.get("signatures")), *names]
    return [item for item in found if isinstance(item, str)]


def _python(held: dict[str, Any]) -> str | None:
    """Return the Python of a service's image."""
    return text(mapping(held.get("image") or held.get("docker")).get("python_version"))


def _tags(models: Any) -> str | None:
    tags = [
        text(item.get("tag")) if isinstance(item, dict) else text(item)
        for item in sequence(models)[:8]
    ]
    return clean(", ".join(item for item in tags if item)) or None
