"""MLEM: a `.mlem` file that says what the model beside it is, and what it needs.

https://github.com/iterative/mlem (ended in 2023)
"""

from __future__ import annotations

import os
import re
from typing import Any

from loadstone.core.facts import Artifact, Damage
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
    uri = text(mapping(mapping(held.get("artifacts")).get("data")).get("uri"), 500)
    inner = _beside(opened, uri, damage)
    requires = _requires(held.get("requirements"))
    kind = mapping(held.get("model_type"))
    named = text(kind.get("type")) or text(held.get("model_type"))
    word, calls = _outside.together(
        inner.opening_runs_code if inner is not None else "unknown",
        inner.calls if inner is not None else (),
        [] if named in _TYPES else [Outside(str(named), runs=False)],
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
        requires=requires,
        opening_runs_code=word,
        calls=calls,
        damage=tuple(damage),
        detail={key: value for key, value in detail.items() if value is not None},
    )


def _requires(listed: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in sequence(listed)[:200]:
        module, version = mapping(item).get("module"), mapping(item).get("version")
        name = text(mapping(item).get("package_name")) or text(module)
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
