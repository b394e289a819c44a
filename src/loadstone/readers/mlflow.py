"""MLflow: a folder in which `MLmodel` says what lies beside it, for each way of loading it.

https://mlflow.org/docs/latest/ml/model/#storage-format
"""

from __future__ import annotations

import os
from typing import Any

from loadstone.core.facts import Artifact, Damage, PortFact, SignatureFact
from loadstone.readers import _members, _mlflow_code, _outside, _requirements, _roles
from loadstone.readers._json import NotJson
from loadstone.readers._json import parse as parse_json
from loadstone.readers._later import later
from loadstone.readers._opened import Opened
from loadstone.readers._outside import Outside
from loadstone.readers._plain import Scalar, clean, mapping, sequence, text
from loadstone.readers._records import FolderRecords
from loadstone.readers._yaml import NotYaml, parse

NAME = "MLmodel"
_PYTHON = "python_function"
_PLACES = (
    *("pickled_model", "model_path", "model_data", "data", "weights", "onnx_model", "artifact"),
    *("model_binary", "python_model"),
)
_TYPES = {
    "boolean": "bool",
    "integer": "int32",
    "long": "int64",
    "float": "float32",
    "double": "float64",
    "string": "string",
    "binary": "object",
    "datetime": "datetime64[ns]",
    "str": "string",  # of arrays, as numpy names them without their length
    "bytes": "string",
}
_LIBRARIES = {
    "sklearn": "scikit-learn",
    "pytorch": "torch",
    "xgb": "xgboost",
    "lgb": "lightgbm",
}
_PORTS = 2000
_AXES = 64


def sniff(records: FolderRecords) -> bool:
    """Return whether an `MLmodel` lies at the top."""
    return NAME in records


def read(opened: Opened, records: FolderRecords) -> Artifact:
    """Return what `MLmodel` says, and the model beside it."""
    damage = list(records.damage)
    disagreements: list[Damage] = []
    held = _held(records, damage, disagreements)
    flavors = {name: mapping(value) for name, value in mapping(held.get("flavors")).items()}
    requires, python = _requirements.of(records)
    place = _place(records, flavors, damage)
    inner = _members.artifact(opened, records, place) if place in records else None
    if inner is not None:
        damage += _members.within(inner, place)
        disagreements += inner.disagreements
    detail = _detail(held, flavors)
    detail["python_version"] = detail.get("python_version") or python
    word, calls = _outside.together(
        inner.opening_runs_code if inner is not None else "unknown",
        inner.calls if inner is not None else (),
        [*_mlflow_code.outside(flavors, records), *_folder(opened, records, place)],
    )
    detail["inner"] = place or None
    detail["inner_format"] = inner.format if inner is not None else None
    return opened.artifact(
        "mlflow",
        "container",
        framework=inner.framework if inner is not None else None,
        producer=_producer(held, flavors),
        is_folder=True,
        state_dicts=inner.state_dicts if inner is not None else (),
        modules=inner.modules if inner is not None else (),
        globals=inner.globals if inner is not None else (),
        protocol=inner.protocol if inner is not None else None,
        signatures=_signatures(mapping(held.get("signature"))),
        parts=_roles.parts(opened, records, (NAME, place)),
        requires=requires,
        opening_runs_code=word,
        calls=calls,
        damage=tuple(damage),
        disagreements=tuple(disagreements),
        detail={key: value for key, value in detail.items() if value is not None},
    )


def _folder(opened: Opened, records: FolderRecords, place: str) -> list[Outside]:
    """Return what opening the other files calls, and the folder of a model in it as a whole."""
    found = _outside.beside(opened, records, (place,))
    folder = place.partition("/")[0] if "/" in place else ""
    if folder and not opened.depth:
        inner = later("folder", "read")(os.path.join(records.root, folder))  # noqa: PTH118
        if inner.opening_runs_code == "yes":
            found += [Outside(call, runs=True) for call in inner.calls or (folder,)]
        elif inner.opening_runs_code == "unknown":
            found += [Outside(call, runs=False) for call in inner.calls or (folder,)]
    return found


def _held(
    records: FolderRecords, damage: list[Damage], disagreements: list[Damage]
) -> dict[str, Any]:
    data = records.read(NAME)
    if data.startswith(b"version https://git-lfs"):
        damage.append(_members.lfs(NAME))
        return {}
    try:
        value, twice = parse(data)
    except NotYaml as error:
        why = f"`{NAME}` is not read: {error}"
        damage.append(Damage("malformed", why, detail={"member": NAME}))
        return {}
    disagreements += [
        Damage("duplicate-key", f"`{clean(key)}` is in a map of `{NAME}` twice") for key in twice
    ]
    if not isinstance(value, dict):
        why = f"`{NAME}` holds no map"
        damage.append(Damage("malformed", why, detail={"member": NAME}))
    return mapping(value)


def _place(records: FolderRecords, flavors: dict[str, dict[str, Any]], damage: list[Damage]) -> str:
    """Return the file or folder of the model itself, as the flavors name it."""
    named: list[str] = []
    own = [value for name, value in flavors.items() if name != _PYTHON]
    for flavor in (*own, flavors.get(_PYTHON, {})):
        named += [value for key in _PLACES if isinstance(value := flavor.get(key), str)]
        named += _mlflow_code.script(flavor)
    for place in dict.fromkeys(named):
        if place in records:
            return place
        inside = [name for name in records.names if name.startswith(f"{place.rstrip('/')}/")]
        if inside:
            return _largest(records, inside)
    if named:
        why = f"`{clean(named[0])}`, which `{NAME}` names as the model, is not here"
        damage.append(Damage("missing-member", why, detail={"member": clean(named[0])}))
    return ""


def _largest(records: FolderRecords, names: list[str]) -> str:
    weights = [name for name in names if _roles.role(name) == "weights"]
    return max(weights or names, key=records.size)


def _detail(held: dict[str, Any], flavors: dict[str, dict[str, Any]]) -> dict[str, Scalar]:
    python = flavors.get(_PYTHON, {})
    formats = [text(flavor.get("serialization_format")) for flavor in flavors.values()]
    return {
        "flavors": clean(", ".join(list(flavors)[:12])) or None,
        "loader_module": text(python.get("loader_module")),
        "python_version": text(python.get("python_version")),
        "serialization": next((item for item in formats if item), None),
        "code": text(python.get("code")),
        **_called(mapping(held.get("signature"))),
        "model_id": text(held.get("model_uuid")) or text(held.get("model_id")),
        "run_id": text(held.get("run_id")),
        "created": text(held.get("utc_time_created")),
    }


def _producer(held: dict[str, Any], flavors: dict[str, dict[str, Any]]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    if "mlflow_version" in held:
        found["mlflow"] = text(held["mlflow_version"])
    for name, flavor in list(flavors.items())[:12]:
        for key, value in flavor.items():
            if key.endswith("_version") and key not in ("python_version", "mlflow_version"):
                library = key.removesuffix("_version")
                library = _LIBRARIES.get(library, library if library != "py" else name)
                found[clean(library, 60)] = text(value)
    return found


def _signatures(held: dict[str, Any]) -> tuple[SignatureFact, ...]:
    inputs, outputs = _ports(held.get("inputs")), _ports(held.get("outputs"))
    return (SignatureFact("", inputs, outputs),) if inputs or outputs else ()


def _ports(written: Any) -> tuple[PortFact, ...]:
    found = []
    for held in _listed(written):
        name = text(held.get("name")) or ""
        if held.get("type") == "tensor":
            found.append(_tensor(name, mapping(held.get("tensor-spec"))))
        else:
            found.append(_column(name, held))
    return tuple(found)


def _column(name: str, held: dict[str, Any]) -> PortFact:
    """Return a column of a frame; one of lists has an axis for each list in a list."""
    sizes: list[None] = [None]
    while held.get("type") == "array" and len(sizes) < _AXES:
        held = mapping(held.get("items"))
        sizes.append(None)
    kind = held.get("type")
    return PortFact(name, _TYPES.get(kind) if isinstance(kind, str) else None, tuple(sizes))


def _listed(written: Any) -> list[dict[str, Any]]:
    """Return the entries of a list that `MLmodel` holds as JSON in a text."""
    if isinstance(written, str):
        try:
            written, _ = parse_json(written.encode("utf-8", "replace"))
        except NotJson:
            return []
    return [mapping(item) for item in sequence(written)[:_PORTS]]


def _called(held: dict[str, Any]) -> dict[str, Scalar]:
    """Return the parameters of a call, and the columns that may be left out."""
    params = [text(item.get("name")) for item in _listed(held.get("params"))]
    free = [
        text(item.get("name"))
        for item in _listed(held.get("inputs"))
        if item.get("required") is False
    ]
    return {
        "parameters": clean(", ".join(filter(None, params))) or None,
        "optional": clean(", ".join(filter(None, free))) or None,
    }


def _tensor(name: str, spec: dict[str, Any]) -> PortFact:
    from loadstone.core import dtypes

    word = spec.get("dtype")
    sizes = [
        size if isinstance(size, int) and 0 <= size < 1 << 62 else None
        for size in sequence(spec.get("shape"))[:64]
    ]
    word = _TYPES.get(word, word) if isinstance(word, str) else ""
    return PortFact(name, word if dtypes.known(word) else None, tuple(sizes))
