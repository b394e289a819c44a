"""What an XGBoost model says of itself, however it is written: its learner as facts.

https://xgboost.readthedocs.io/en/stable/tutorials/saving_model.html
"""

from __future__ import annotations

from typing import Any

from loadstone.core.facts import ModuleFact, PortFact, SignatureFact
from loadstone.readers._json import NotJson, parse
from loadstone.readers._plain import Scalar, clean, mapping, scalar, sequence, text, texts, whole
from loadstone.readers._ubjson import Skipped

FEATURES = 10_000
_KINDS = {"float": "float32", "q": "float32", "int": "int64", "i": "bool"}


def facts(root: dict[str, Any]) -> dict[str, Any]:
    """Return the facts that an artifact takes from the root object of a model."""
    learner = mapping(root.get("learner"))
    parameters = mapping(learner.get("learner_model_param"))
    attributes = mapping(learner.get("attributes"))
    booster = mapping(learner.get("gradient_booster"))
    detail = _detail(learner, parameters, attributes)
    detail["booster"] = text(booster.get("name"))
    detail["trees"] = _trees(booster)
    detail["num_parallel_tree"] = _parallel(booster)
    wrapper = wrapper_of(attributes)
    detail |= wrapper
    return {
        "framework": "xgboost",
        "producer": {"xgboost": version(root.get("version"))},
        "modules": (_module(detail, wrapper),),
        "signatures": (
            signature(
                texts(learner.get("feature_names"), FEATURES),
                texts(learner.get("feature_types"), FEATURES),
                whole(parameters.get("num_feature")),
                whole(parameters.get("num_class")),
            ),
        ),
        "requires": {"xgboost": ""},
        "detail": {key: value for key, value in detail.items() if value is not None},
    }


def version(value: Any) -> str | None:
    """Return `2.1.4` of `[2, 1, 4]`."""
    numbers = [whole(item) for item in sequence(value)[:3]]
    if not numbers or any(item is None or item < 0 for item in numbers):
        return None
    return ".".join(map(str, numbers))


def signature(
    names: list[str], types: list[str], features: int | None, classes: int | None
) -> SignatureFact:
    """Return the columns that the model takes, by name where it knows names."""
    if names:
        types = types if len(types) == len(names) else [""] * len(names)
        inputs = tuple(
            PortFact(name, _KINDS.get(kind), (None,))
            for name, kind in zip(names, types, strict=True)
        )
    else:
        width = features if features is not None and features >= 0 else None
        inputs = (PortFact("data", "float32", (None, width)),)
    wide = classes is not None and classes > 1
    shape = (None, classes) if wide else (None,)
    return SignatureFact("", inputs, (PortFact("prediction", "float32", shape),))


def wrapper_of(attributes: Any) -> dict[str, Scalar]:
    """Return the scikit-learn wrapper that saved it, where one did."""
    written = attributes.get("scikit_learn") if isinstance(attributes, dict) else None
    if not isinstance(written, str):
        return {}
    try:
        held, _ = parse(written.encode("utf-8", "backslashreplace"))
    except NotJson:
        return {"wrapper": "scikit-learn"}
    held = mapping(held)
    found: dict[str, Scalar] = {"wrapper": text(held.get("type")) or "scikit-learn"}
    kind = text(held.get("_estimator_type"))
    return found | ({"estimator": kind} if kind else {})


def _detail(
    learner: dict[str, Any], parameters: dict[str, Any], attributes: dict[str, Any]
) -> dict[str, Scalar]:
    names = sequence(learner.get("feature_names"))
    found: dict[str, Scalar] = {
        "objective": text(mapping(learner.get("objective")).get("name")),
        "num_feature": whole(parameters.get("num_feature")),
        "num_class": whole(parameters.get("num_class")),
        "num_target": whole(parameters.get("num_target")),
        "base_score": text(parameters.get("base_score")),
        "feature_names": len(names) or None,
        "best_iteration": whole(attributes.get("best_iteration")),
    }
    if "c" in texts(learner.get("feature_types"), FEATURES):
        found["categories"] = "stored" if "cats" in learner or _cats(learner) else "not stored"
    for key, value in list(attributes.items())[:20]:
        if key not in ("scikit_learn", "best_iteration"):
            found[f"attributes.{clean(key, 60)}"] = scalar(value)
    return found


def _cats(learner: dict[str, Any]) -> bool:
    """Whether the categories themselves are in it, as of 3.1."""
    model = mapping(mapping(learner.get("gradient_booster")).get("model"))
    return bool(sequence(mapping(model.get("cats")).get("enc")))


def _trees(booster: dict[str, Any]) -> int | None:
    inner = mapping(booster.get("gbtree")) or booster  # dart holds a gbtree
    model = mapping(inner.get("model"))
    held = model.get("trees")
    if isinstance(held, Skipped):
        return held.count
    if isinstance(held, list):
        return len(held)
    return whole(mapping(model.get("gbtree_model_param")).get("num_trees"))


def _parallel(booster: dict[str, Any]) -> int | None:
    """Return how many trees a round makes for each class, where that is not one."""
    inner = mapping(booster.get("gbtree")) or booster
    told = mapping(mapping(inner.get("model")).get("gbtree_model_param")).get("num_parallel_tree")
    number = whole(told)
    return number if number is not None and number > 1 else None


def _module(detail: dict[str, Scalar], wrapper: dict[str, Scalar]) -> ModuleFact:
    named = wrapper.get("wrapper")
    known = isinstance(named, str) and named.startswith("XGB")
    keys = ("objective", "booster", "trees", "num_feature", "num_class")
    return ModuleFact(
        "",
        "xgboost.sklearn" if known else "xgboost.core",
        named if known and isinstance(named, str) else "Booster",
        {key: detail[key] for key in keys if detail.get(key) is not None},
    )
