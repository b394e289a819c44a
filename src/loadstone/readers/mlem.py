"""MLEM: a `.mlem` file that says what the model beside it is, and what it needs.

https://github.com/iterative/mlem (ended in 2023)
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any

from loadstone.core import dtypes
from loadstone.core.facts import Artifact, Damage, PortFact, SignatureFact
from loadstone.readers import _members, _outside
from loadstone.readers._opened import HEAD, Opened
from loadstone.readers._outside import Outside
from loadstone.readers._plain import Scalar, clean, mapping, sequence, text
from loadstone.readers._within import is_inside, leads_to, open_in, outside
from loadstone.readers._yaml import LIMIT, NotYaml, parse

_TYPES = (  # of MLEM's own, which open the file beside as their libraries do
    *("sklearn", "sklearn_pipeline", "xgboost", "lightgbm", "catboost", "torch", "torch_script"),
    *("tf_keras", "onnx", "statsmodels", "prophet", "callable", "pickle"),
)
_NAMES = {"sklearn": "scikit-learn", "PIL": "pillow", "cv2": "opencv-python"}
_FILES = 20
_PORTS = 2000
_KIND = re.compile(rb"^object_type:\s*model\s*$", re.MULTILINE)


def sniff(opened: Opened) -> bool:
    """Return whether it is a map that says that it describes a model."""
    if opened.source.size > LIMIT or not opened.head.startswith(b"artifacts:"):
        return False
    return _KIND.search(opened.source.pread(0, opened.source.size)) is not None


def read(opened: Opened) -> Artifact:
    """Return what it says, and the model beside it."""
    damage: list[Damage] = []
    held: dict[str, Any] = {}
    try:
        held = mapping(parse(opened.source.pread(0, opened.source.size))[0])
    except NotYaml as error:
        damage.append(Damage("malformed", f"it is not read: {error}"))
    uri, *more = _uris(held)
    inner = _beside(opened, uri, damage)
    requires = _requires(held.get("requirements"))
    kind, others = _kind(held)
    named = text(kind.get("type")) or text(held.get("model_type"))
    told = [
        Outside(one or "a model of no type", runs=False)
        for one in (named, *others)
        if one not in _TYPES
    ]
    told += [Outside(f"`{one}`, which is not judged", runs=False) for one in more]
    word, calls = _outside.together(
        inner.opening_runs_code if inner is not None else "unknown",
        inner.calls if inner is not None else (),
        told,
    )
    detail: dict[str, Scalar] = {
        "inner": uri,
        "inner_format": inner.format if inner is not None else None,
        "model_type": named,
        "framework": text(kind.get("framework")),
    }
    return opened.artifact(
        "mlem",
        "container",
        framework=inner.framework if inner is not None else None,
        state_dicts=inner.state_dicts if inner is not None else (),
        modules=inner.modules if inner is not None else (),
        globals=inner.globals if inner is not None else (),
        signatures=tuple(_signatures(mapping(kind.get("methods")))),
        requires=requires,
        opening_runs_code=word,
        calls=calls,
        damage=tuple(damage),
        detail={key: value for key, value in detail.items() if value is not None},
    )


def _uris(held: dict[str, Any]) -> list[str | None]:
    """Return where the model lies, as the others do; `data` is the name of the only one mostly."""
    named = {
        key: text(mapping(value).get("uri"), 500)
        for key, value in mapping(held.get("artifacts")).items()
    }
    first = named.pop("data") if "data" in named else None
    uris = [first, *named.values()] if first else [*named.values()]
    return list(uris[:_FILES]) or [None]


def _kind(held: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return what the model is, and the types of what works before and after it, since 0.4."""
    steps = mapping(held.get("processors"))
    kind = mapping(steps.get("model")) or mapping(held.get("model_type"))
    others = [
        text(mapping(step).get("type")) or name for name, step in steps.items() if name != "model"
    ]
    return kind, others[:_FILES]


def _signatures(methods: dict[str, Any]) -> Iterator[SignatureFact]:
    """Yield the methods, what they take, and what they return."""
    for name, method in list(methods.items())[:_FILES]:
        held = mapping(method)
        given = [
            port
            for item in sequence(held.get("args"))[:_PORTS]
            for port in _ports(text(mapping(item).get("name")) or "", mapping(item).get("type_"))
        ]
        made = _ports("", held.get("returns"))
        yield SignatureFact(clean(name, 60), tuple(given[:_PORTS]), tuple(made[:_PORTS]))


def _ports(name: str, written: Any) -> list[PortFact]:
    """Return an array, or each column of a frame; other arguments have no type of an array."""
    kind = mapping(written)
    if kind.get("type") == "dataframe":
        words = [_word(item) for item in sequence(kind.get("dtypes"))[:_PORTS]]
        columns = [text(item) or "" for item in sequence(kind.get("columns"))[:_PORTS]]
        return [
            PortFact(column, word, (None,)) for column, word in zip(columns, words, strict=False)
        ]
    if kind.get("type") in {"ndarray", "torch", "tf_tensor"}:
        sizes = sequence(kind.get("shape"))[:64]
        shape = tuple(n if type(n) is int and 0 <= n < 1 << 62 else None for n in sizes)
        return [PortFact(name, _word(kind.get("dtype")), shape)]
    return [PortFact(name)]


def _word(value: Any) -> str | None:
    return value if isinstance(value, str) and dtypes.known(value) else None


def _requires(listed: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in sequence(listed)[:200]:
        if mapping(item).get("type", "installable") != "installable":
            continue  # source of the author's, or a package of the system
        module, version = mapping(item).get("module"), mapping(item).get("version")
        name = text(mapping(item).get("package_name")) or _NAMES.get(str(module)) or text(module)
        if name:
            found[name] = f"=={clean(str(version))}" if version else ""
    return found


def _beside(opened: Opened, uri: str | None, damage: list[Damage]) -> Artifact | None:
    """Return the model that lies beside the file, never one that lies elsewhere."""
    from loadstone.readers import _identify

    if uri is None or opened.depth or not is_inside(uri):
        return None
    folder = os.path.dirname(opened.path) or "."  # noqa: PTH120 - the path is kept as it was given
    path = os.path.join(folder, uri)  # noqa: PTH118
    try:
        target = leads_to(folder, uri)
        if target:
            damage.append(outside(uri, target))
            return None
        with open_in(folder, uri) as source:
            inner = Opened(path, source, source.pread(0, HEAD), opened.depth + 1, opened.limits)
            found = _members.placed(_identify.read_opened(inner), file=uri)
    except OSError:
        why = f"`{uri}`, which holds the model, is not beside it"
        damage.append(Damage("missing-member", why, detail={"member": uri}))
        return None
    damage += _members.within(found, uri)
    return found
