"""TorchServe's archive: a zip with a manifest that names the weights and the handler.

https://github.com/pytorch/serve/blob/master/model-archiver/README.md
"""

from __future__ import annotations

from loadstone.core.facts import Artifact, Damage
from loadstone.readers import _members, _requirements, _roles
from loadstone.readers._opened import Opened
from loadstone.readers._plain import Scalar, mapping, scalar, text
from loadstone.readers._records import Records

_MANIFEST = "MAR-INF/MANIFEST.json"
_HANDLERS = (  # of TorchServe itself
    *("base_handler", "image_classifier", "image_segmenter", "object_detector"),
    "text_classifier",
)


def sniff(records: Records) -> str | None:
    """Return "" where the manifest is at the top."""
    return "" if _MANIFEST in records else None


def sniff_folder(records: Records) -> bool:
    """Return whether the manifest is at the top of a folder that was not packed."""
    return sniff(records) is not None


def read_folder(opened: Opened, records: Records) -> Artifact:
    """Return what the manifest of an unpacked archive says, and the model beside it."""
    return read(opened, records, "")


def read(opened: Opened, records: Records, root: str) -> Artifact:
    """Return what the manifest says, and the model inside."""
    damage = list(records.damage)
    held = _members.json_of(records, f"{root}{_MANIFEST}", damage)
    model = mapping(held.get("model"))
    name = text(model.get("serializedFile"), 500)
    handler = text(model.get("handler"))
    inner = _members.artifact(opened, records, name) if name and name in records else None
    if name and name not in records:
        why = f"`{name}`, which the manifest names as the model, is not in the archive"
        damage.append(Damage("missing-member", why, detail={"member": name}))
    if inner is not None and name:
        damage += _members.within(inner, name)
    requires, _ = _requirements.of(records)
    detail: dict[str, Scalar] = {
        "inner": name,
        "inner_format": inner.format if inner is not None else None,
        "model_name": text(model.get("modelName")),
        "model_version": text(model.get("modelVersion")),
        "model_file": text(model.get("modelFile")),
        "handler": handler,
        "config_file": text(model.get("configFile")),
        "runtime": scalar(held.get("runtime")),
        "created": text(held.get("createdOn")),
    }
    source = [n for n in records.names if n.endswith(".py")]
    if not source and handler not in _HANDLERS:
        source = [handler or "the handler"]
    calls = tuple(source[:20]) + (inner.calls if inner is not None else ())
    return opened.artifact(
        "torchserve",
        "container",
        framework=inner.framework if inner is not None else "torch",
        producer={"torch-model-archiver": text(held.get("archiverVersion"))},
        is_folder=records.is_folder,
        state_dicts=inner.state_dicts if inner is not None else (),
        modules=inner.modules if inner is not None else (),
        globals=inner.globals if inner is not None else (),
        parts=_roles.parts(opened, records, (_MANIFEST, name or "")),
        requires={"torchserve": ""} | requires,
        opening_runs_code="yes"
        if source
        else inner.opening_runs_code
        if inner is not None
        else "unknown",
        calls=calls,
        damage=tuple(damage),
        disagreements=tuple(records.disagreements),
        detail={key: value for key, value in detail.items() if value is not None},
    )
