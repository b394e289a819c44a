"""Names of labels beside a classifier in another order than its own, or of another number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from loadstone.core.words import count
from loadstone.readers import _arrays
from loadstone.readers import _values as values
from loadstone.readers._objects import Plain, Tree
from loadstone.readers._source import Buffer

_ENCODERS: Final = ("LabelEncoder", "LabelBinarizer", "MultiLabelBinarizer")
_OF_TARGETS: Final = re.compile(r"(label|target|class|^y)", re.IGNORECASE)
_ENTRIES: Final = 200  # of a dictionary that are looked at
_MOST: Final = 200  # labels that a reader of arrays gives


def in_pickle(root: Any, tree: Tree, data: Buffer) -> dict[str, Plain]:
    """Return `labels_apart` of a dictionary with a classifier and the names of its labels."""
    entries = [
        (values.key(key), item)
        for key, item in (values.pairs(root) or ())[:_ENTRIES]
        if isinstance(key, str)
    ]
    own = _classes(tree, data)
    if not entries or own is None:
        return {}
    told = next(_of_lists(entries, own, data), "") or _of_encoder(entries, own, data)
    return {"labels_apart": told} if told else {}


def in_config(config: Mapping[str, Any]) -> str:
    """Return how `label2id` of a config turns `id2label` round; empty where it does not."""
    named = config.get("id2label")
    numbered = config.get("label2id")
    if not isinstance(named, dict) or not isinstance(numbered, dict):
        return ""
    at = {str(name): str(key) for key, name in named.items()}
    for name, key in numbered.items():
        if name in at and type(key) is int and at[name] != str(key):
            return f"`{name}` is {at[name]} in `id2label`, and {key} in `label2id`"
    return ""


def _classes(tree: Tree, data: Buffer) -> list[Plain] | None:
    """Return the labels of the one outermost classifier; None where there are several, or none."""
    found = [
        (module.path.count("."), held["classes_"])
        for module, held in zip(tree.modules, tree.held, strict=True)
        if "classes_" in held and module.name not in _ENCODERS
    ]
    least = min((depth for depth, _ in found), default=0)
    outer = [node for depth, node in found if depth == least]
    return _arrays.elements(outer[0], data) if len(outer) == 1 else None


def _of_lists(entries: list[tuple[str, Any]], own: list[Plain], data: Buffer) -> Iterator[str]:
    """Yield the lists that hold the labels of the classifier in another order."""
    for name, node in entries:
        held = _listed(node, data)
        if held and held != own and len(held) == len(own) and set(held) == set(own):
            at = next(
                at for at, pair in enumerate(zip(held, own, strict=True)) if pair[0] != pair[1]
            )
            yield (
                f"`{name}` has `{held[at]}` at {at}, where `classes_` of the model has `{own[at]}`"
            )


def _of_encoder(entries: list[tuple[str, Any]], own: list[Plain], data: Buffer) -> str:
    """Return how the one encoder of targets has another number of labels than the classifier."""
    encoders = [
        (name, node)
        for name, node in entries
        if (values.class_of(node) or ("", ""))[1] in _ENCODERS
    ]
    if len(encoders) != 1 or not _OF_TARGETS.search(encoders[0][0]):
        return ""
    name, node = encoders[0]
    held = _listed(values.attributes(node).get("classes_"), data)
    whole = all(type(item) is int for item in own)
    if not held or not whole or len(held) == len(own) or not 2 <= len(own) < _MOST:
        return ""
    return f"`{name}` names {count(len(held), 'label')}, and the model knows {len(own)}"


def _listed(node: Any, data: Buffer) -> list[Plain]:
    """Return the names in a list or an array, each once; nothing for what is no list of names."""
    found = _arrays.elements(node, data) or [] if node is not None else []
    whole = len(found) > 1 and all(type(item) is str for item in found)
    return found if whole and len(set(found)) == len(found) else []
