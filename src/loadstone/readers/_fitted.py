"""What a fitted estimator tells of its inputs and outputs: features, their names, classes."""

from __future__ import annotations

from typing import Any

from loadstone.core.facts import PortFact, SignatureFact
from loadstone.readers import _arrays, _scaled
from loadstone.readers import _values as values
from loadstone.readers._objects import Plain, Tree
from loadstone.readers._source import Buffer

_SHOWN = 400  # characters of a list of names
_COUNTS = ("n_features_in_", "n_features_", "n_features")


def signatures(tree: Tree) -> tuple[SignatureFact, ...]:
    """Return how the outermost estimator is called, where it says how many features it takes."""
    count = _count(tree)
    if count is None:
        return ()
    return (SignatureFact("", (PortFact("X", None, (None, count)),)),)


def detail(tree: Tree, data: Buffer) -> dict[str, Plain]:
    """Return the features and classes, in words."""
    found: dict[str, Plain] = {}
    count = _count(tree)
    if count is not None:
        found["features"] = count
    names = _first(tree, "feature_names_in_")
    told = None if names is None else _arrays.elements(names, data)
    if told:
        found["feature_names"] = _listed(told)
    classes = _outer(tree, "classes_")
    told = None if classes is None else _arrays.elements(classes, data)
    if told:
        found["classes"] = _listed(told)
    versions = dict.fromkeys(
        held["_sklearn_version"]
        for held in tree.held
        if isinstance(held.get("_sklearn_version"), str)
    )
    found |= _scaled.detail(tree, data)
    if len(versions) > 1:
        found["sklearn_versions"] = ", ".join(map(values.key, versions))[:_SHOWN]
    return found


def _count(tree: Tree) -> int | None:
    for held in tree.held:
        for name in _COUNTS:
            told = values.plain(held[name]) if name in held else None
            if type(told) is int and 0 < told < 1 << 40:
                return told
    return None


def _first(tree: Tree, name: str) -> Any:
    return next((held[name] for held in tree.held if name in held), None)


def _outer(tree: Tree, name: str) -> Any:
    """Return an attribute of the outermost object that has it; of a pipeline, of its last step."""
    having = [
        (module.path.count("."), -number)
        for number, (module, held) in enumerate(zip(tree.modules, tree.held, strict=True))
        if name in held
    ]
    return tree.held[-min(having)[1]][name] if having else None


def _listed(told: list[Plain]) -> str:
    text = ", ".join(str(item) for item in told)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
