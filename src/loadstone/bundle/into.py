"""The weights of a bundle in the user's current class, and where that class is built otherwise."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from loadstone.adapters.live import Names
from loadstone.adapters.torch import expects, forms, loading
from loadstone.core.facts import (
    AttributeChange,
    Construction,
    Filling,
    Target,
    TargetProblem,
    TensorFact,
    Weights,
)
from loadstone.inputs.capture_modules import home_of, where_is
from loadstone.runtime.pipeline import FailedError, Pipeline
from loadstone.runtime.torch_model import Builder


class NotIntoError(Exception):
    """The weights do not go into the target; `facts` say why."""

    def __init__(self, why: str, facts: Mapping[type, object]) -> None:
        super().__init__(why)
        self.facts = dict(facts)


def load_into(pipeline: Pipeline, into: Any) -> tuple[Any, dict[type, object]]:
    """Return the target in eval mode with the weights of the bundle, and the facts about both.

    Raises `NotIntoError`, or `FailedError` where the bundle holds no weights.
    """
    form = pipeline.files.find("native")
    if form is None:
        raise FailedError("model", "the bundle holds no weights apart from its exported program")
    structure = json.loads(pipeline.read(form["structure"]).decode())
    state = state_dict(structure, pipeline.stored(form))
    module = expects.build(into)
    if isinstance(module, TargetProblem):
        raise NotIntoError(module.why, {TargetProblem: module})
    saved = {
        key: TensorFact(str(value.dtype).removeprefix("torch."), tuple(value.shape))
        for key, value in state.items()
    }
    expected = expects.expects(into)
    facts: dict[type, object] = {Weights: Weights(pipeline.files.path, saved)}
    if isinstance(expected, expects.Expected):
        facts[Target], facts[Filling] = expected.ask(saved)
    try:
        loading.load(module, state)
    except (RuntimeError, TypeError) as error:
        raise NotIntoError(str(error), facts) from error
    facts[Construction] = construction(structure, module)
    return module.eval(), facts


def state_dict(structure: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return the state dict of the saved module: names to tensors, tied names twice."""
    builder = Builder(dict(structure), stored, {})
    state = {}
    paths = _paths(structure)
    for at, node in enumerate(structure["modules"]):
        for path in paths.get(at, ()):
            prefix = f"{path}." if path else ""
            held = {**node["parameters"], **node["buffers"]}
            for name, key in held.items():
                if key is not None and name not in node["transient"]:
                    state[prefix + name] = builder.tensor(key).detach()
    return state


def _paths(structure: Mapping[str, Any]) -> dict[int, list[str]]:
    """Return every path of each module: a shared one has several."""
    paths: dict[int, list[str]] = {}

    def walk(at: int, path: str, above: tuple[int, ...]) -> None:
        paths.setdefault(at, []).append(path)
        for name, child in structure["modules"][at]["modules"].items():
            if child is not None and child not in above:
                walk(child, f"{path}.{name}" if path else name, (*above, child))

    walk(0, "", (0,))
    return paths


def construction(structure: Mapping[str, Any], module: Any) -> Construction:
    """Return where the plain attributes of `module` are not those that were saved."""
    names = Names(lambda name: home_of(name) == "project", where_is)
    now = {node["path"]: node for node in forms.native(module, names).structure["modules"]}
    changes = []
    for node in structure["modules"]:
        other = now.get(node["path"])
        if other is None:
            continue
        saved_class, now_class = _class(node), _class(other)
        if saved_class != now_class:
            changes.append(AttributeChange(node["path"], "class", saved_class, now_class))
        for name in {**node["attributes"], **other["attributes"]}:
            pair = [side["attributes"].get(name, _ABSENT) for side in (node, other)]
            texts = [_text(value) for value in pair]
            if None not in texts and pair[0] != pair[1] and not name.startswith("_"):
                changes.append(AttributeChange(node["path"], name, *map(str, texts)))
    return Construction(tuple(changes))


_ABSENT = {"$": "absent"}


def _class(node: Mapping[str, Any]) -> str:
    reference = node["class"]
    name = reference.get("name") or reference["root"].partition(":")[2].partition("#")[0]
    return str(name.rpartition(".")[2])


def _text(tree: Any) -> str | None:
    """Return a plain value as text; None for what only the other process could compare."""
    if isinstance(tree, dict):
        kind = tree.get("$")
        if kind == "absent":
            return "absent"
        if kind == "name":
            return f"{tree['module']}.{tree['name']}"
        if kind in ("tuple", "set", "frozenset", "size"):
            parts = [_text(item) for item in tree["v"]]
            return None if None in parts else f"({', '.join(map(str, parts))})"
        return str(tree["v"]) if kind in ("dtype", "device", "float") else None
    if isinstance(tree, list):
        parts = [_text(item) for item in tree]
        return None if None in parts else f"[{', '.join(map(str, parts))}]"
    return repr(tree)
