"""CatBoost's model in JSON: features, information, trees, in the names of `save_model`.

https://catboost.ai/docs/en/concepts/json-representation-of-model (`format="json"`).
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from loadstone.core.facts import Artifact, Damage, ModuleFact, PortFact, SignatureFact
from loadstone.readers import catboost
from loadstone.readers._json import NotJson, parse
from loadstone.readers._opened import Opened
from loadstone.readers._plain import Scalar, clean, mapping, sequence

_FIRST = re.compile(rb'\s*\{\s*"(?:ctr_data|features_info)"\s*:\s*\{')
_LIMIT: Final = 64 << 20  # bytes of text that are parsed
_NOT: Final = -1
_KINDS: Final = (("float_features", "float32"), ("categorical_features", None))
_TREES: Final = ("oblivious_trees", "trees")


def sniff(opened: Opened) -> bool:
    """Return whether it is an object that starts as CatBoost's does."""
    if not _FIRST.match(opened.head):
        return False
    return b"_features" in opened.head or b"borders" in opened.head or b"ctr_data" in opened.head


def read(opened: Opened) -> Artifact:
    """Return what its information says: features, trees, parameters, classes."""
    damage: list[Damage] = []
    root, twice = _root(opened, damage)
    info = {
        clean(str(key), 60): value if isinstance(value, str) else json.dumps(value)
        for key, value in mapping(root.get("model_info")).items()
    }
    if not damage and not any(isinstance(root.get(name), list) for name in _TREES):
        damage.append(Damage("malformed", "it holds no trees"))
    detail: dict[str, Scalar] = {"trees": sum(len(sequence(root.get(name))) for name in _TREES)}
    ports = _ports(root, detail)
    differ = tuple(Damage("duplicate-key", f"`{key}` is in an object twice") for key in twice)
    detail |= catboost.told(info)
    kept: dict[str, Scalar] = {
        key: detail[key] for key in ("loss_function", "trees", "classes") if detail.get(key)
    }
    return opened.artifact(
        "catboost-json",
        "model",
        framework="catboost",
        producer={"catboost": catboost.version(info)},
        modules=(ModuleFact("", "catboost.core", "CatBoost", kept),),
        signatures=(SignatureFact("", ports, (PortFact("prediction", "float64"),)),)
        if ports
        else (),
        requires={"catboost": ""},
        damage=tuple(damage),
        disagreements=differ,
        opening_runs_code="unknown" if differ else "no",
        detail={key: value for key, value in detail.items() if value is not None},
    )


def _root(opened: Opened, damage: list[Damage]) -> tuple[dict[str, Any], list[str]]:
    size = opened.source.size
    if size > _LIMIT:
        why = f"it takes {size} bytes, the limit is {_LIMIT}"
        damage.append(Damage("limit", why, 0, {"size": size}))
        return {}, []
    data = opened.source.pread(0, size)
    try:
        value, twice = parse(data)
    except NotJson as error:
        if not data.rstrip().endswith(b"}") or error.at >= len(data.rstrip()):
            why = "the file ends before its last brace"
            damage.append(Damage("truncated", why, size, {"have": size}))
        else:
            damage.append(Damage(error.kind, error.of("it"), error.at))
        return {}, []
    return dict(mapping(value)), twice


def _ports(root: dict[str, Any], detail: dict[str, Scalar]) -> tuple[PortFact, ...]:
    found: list[tuple[int, PortFact]] = []
    features = mapping(root.get("features_info"))
    for (name, kind), told in zip(_KINDS, ("float_features", "cat_features"), strict=True):
        held = [mapping(item) for item in sequence(features.get(name))[: catboost.FEATURES]]
        detail[told] = len(held)
        for item in held:
            at = item.get("flat_feature_index", _NOT)
            at = at if type(at) is int and at >= 0 else len(found)
            label = item.get("feature_id")
            label = clean(label) if isinstance(label, str) and label else str(at)
            found.append((at, PortFact(label, kind, (None,))))
    return tuple(port for _, port in sorted(found, key=lambda pair: pair[0]))
