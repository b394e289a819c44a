"""XGBoost JSON: a model, its configuration alone, or a dump of its trees, which no loader reads.

https://xgboost.readthedocs.io/en/stable/tutorials/saving_model.html
"""

from __future__ import annotations

import re
from typing import Any

from loadstone.core.classes import replace
from loadstone.core.facts import Artifact, Damage
from loadstone.readers import _xgboost
from loadstone.readers._json import NotJson, parse
from loadstone.readers._opened import Opened
from loadstone.readers._plain import mapping
from loadstone.runtime.xgboost_trees import why_root

_WHOLE = 16 << 20  # files up to here are parsed whole, if memory allows; of others, both ends
_END = 1 << 20
_MODEL = re.compile(rb'\s*\{\s*"(?:learner"\s*:\s*\{|version"\s*:\s*\[|Config"|Model")')
_DUMP = re.compile(rb'\s*\[\s*\{\s*"(?:nodeid|leaf)"\s*:')
_TEXT_DUMP = re.compile(rb"booster\[0\]:[ \t\r]*\n\s*0:(?:\[|leaf=)")
_PIECES = ("attributes", "feature_names", "feature_types", "learner_model_param", "objective")
_INNER = ("gbtree_model_param", "generic_param", "learner_train_param")


def sniff(opened: Opened) -> bool:
    """Return whether it is an object that starts as a learner does, or a list of tree nodes."""
    head = opened.head
    if _MODEL.match(head):
        return b'"learner"' in head or b'"Config"' in head or b'"Model"' in head
    return bool(_DUMP.match(head) or _TEXT_DUMP.match(head))


def read(opened: Opened) -> Artifact:
    """Return what the header of the learner says."""
    if not _MODEL.match(opened.head):
        return _dump(opened)
    damage: list[Damage] = []
    root, twice, whole = _root(opened, damage)
    handle = mapping(root.get("Model"))
    word = "xgboost-json"
    if handle or "Config" in root:
        root, word = handle, "xgboost-json-pickled"
    facts = _xgboost.facts(root)
    learner = mapping(root.get("learner"))
    is_config = bool({"generic_param", "learner_train_param"} & set(learner))
    has_model = "model" in _booster(learner)
    if is_config and not has_model:
        word = "xgboost-config"
    elif learner and not has_model and not damage:
        damage.append(Damage("malformed", "the learner holds no `model` of its trees"))
    why = why_root(root) if whole and has_model else None
    damage += [Damage("malformed", why)] if why else []
    differ = tuple(Damage("duplicate-key", f"`{key}` is in an object twice") for key in twice)
    return opened.artifact(
        word,
        "architecture" if word == "xgboost-config" else "model",
        damage=tuple(damage),
        disagreements=differ,
        opening_runs_code="unknown" if differ or why or not whole else "no",
        **facts,
    )


def _booster(learner: dict[str, Any]) -> dict[str, Any]:
    booster = mapping(learner.get("gradient_booster"))
    return dict(mapping(booster.get("gbtree")) or booster)


def _root(opened: Opened, damage: list[Damage]) -> tuple[dict[str, Any], list[str], bool]:
    """Return the root, the keys that stand in an object twice, and whether it was read whole."""
    source = opened.source
    tail = source.pread(max(0, source.size - _END), _END)
    cut = Damage(
        "truncated", "the file ends before its last brace", source.size, {"have": source.size}
    )
    if not tail.rstrip().endswith(b"}"):
        damage.append(cut)
    elif source.size <= _WHOLE:
        try:
            value, twice = parse(
                source.pread(0, source.size), odd_numbers=True
            )  # as its writer has
            return dict(mapping(value)), twice, True
        except NotJson as error:
            if error.at >= len(source.pread(0, source.size).rstrip()):
                damage.append(cut)
            elif error.kind != "limit":
                damage.append(Damage(error.kind, error.of("it"), error.at))
    head = source.pread(0, _END)
    return _pieces(head, tail if source.size > _END else b""), [], False


def _pieces(head: bytes, tail: bytes) -> dict[str, Any]:
    """Return the small objects that stand before and after the trees."""
    first, last = head.decode("utf-8", "replace"), tail.decode("utf-8", "replace")
    cut = first.find('"trees"')
    found = {key: value for key in (*_PIECES, *_INNER) if (value := _piece(first, last, key))}
    inner = found.pop("gbtree_model_param", None)
    named = re.findall(r'"name"\s*:\s*"(gbtree|dart|gblinear)"', last or first)
    booster: dict[str, Any] = {"name": named[-1]} if named else {}
    if cut >= 0 or inner:
        booster["model"] = {"gbtree_model_param": inner}
    return {
        "learner": {**found, "gradient_booster": booster},
        "version": _piece(first, last, "version"),
    }


def _piece(first: str, last: str, key: str) -> Any:
    import json

    for text, at in ((last, last.rfind(f'"{key}"')), (first, first.find(f'"{key}"'))):
        start = re.compile(r'"\w+"\s*:\s*(?=[\[{])').match(text, at) if at >= 0 else None
        if start is None:
            continue
        try:
            return json.JSONDecoder().raw_decode(text, start.end())[0]
        except (ValueError, RecursionError):
            continue
    return None


def _dump(opened: Opened) -> Artifact:
    """Return a dump: its trees can be read by people, and by no loader."""
    is_text = opened.head.lstrip()[:1] == b"b"
    detail = {"written_by": "dump_model", "as": "text" if is_text else "json"}
    found = opened.artifact("xgboost-dump", "none", framework="xgboost", detail=detail)
    return replace(found, opening_runs_code="no")
