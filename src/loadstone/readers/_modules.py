"""A whole pickled `torch.nn.Module`: its tree, and the state dict that it would give.

https://github.com/pytorch/pytorch/blob/main/torch/nn/modules/module.py, `state_dict`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any

from loadstone.core.classes import dataclass, field
from loadstone.core.facts import ModuleFact, TensorFact
from loadstone.readers import _values as values
from loadstone.readers._tensors import Odd, Tensors

LIMIT = 20_000  # modules; a hostile tree can name one child any number of times
_ENTRIES = 400_000  # of all modules together: a hostile tree can share one large dictionary
_DEPTH = 200
_ATTRIBUTES = 60
_INSIDE = ("_parameters", "_buffers", "_modules", "_non_persistent_buffers_set")


@dataclass(slots=True)
class Tree:
    """What a pickled module holds, in torch's order."""

    modules: list[ModuleFact] = field(default_factory=list)
    tensors: dict[str, TensorFact] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)
    complete: bool = True
    left: int = _ENTRIES


def is_module(node: Any) -> bool:
    """Whether `node` is an object with a module's own attributes."""
    if not values.is_call(node):
        return False
    held = values.attributes(node)
    return "_modules" in held and "_parameters" in held


def read(root: Any, tensors: Tensors, prefix: str = "") -> Tree:
    """Return the tree under `root`, whose place in the artifact is `prefix`."""
    tree = Tree()
    found: list[tuple[str, str, str, Any, dict[str, Any]]] = []
    registered: set[int] = set()
    waiting: list[tuple[str, str, Any, int]] = [("", prefix, root, 0)]
    while waiting:
        key, path, node, depth = waiting.pop()
        held = values.attributes(node)
        tree.left -= _size(held)
        if len(found) >= LIMIT or depth > _DEPTH or tree.left < 0:
            tree.complete = False
            continue
        module, name = values.class_of(node) or ("", "")
        _own(tree, key, held, tensors)
        registered.update(_registered(held))
        found.append((path, module, name, node, held))
        children = [
            (f"{key}{values.key(child)}.", _join(path, values.key(child)), below, depth + 1)
            for child, below in _last(held.get("_modules"))
            if is_module(below)
        ]
        waiting.extend(reversed(children))
    registered.update(id(node) for _, _, _, node, _ in found)
    for path, module, name, _, held in found:
        left_out = tuple(_unregistered(held, tensors, registered, tree))
        tree.modules.append(ModuleFact(path, module, name, _plain(held, tensors), left_out))
    return tree


def _registered(held: dict[str, Any]) -> Iterator[int]:
    """Yield the identities of a module's own tensors and modules: a list may name them again."""
    for group in ("_parameters", "_buffers", "_modules"):
        yield from (id(value) for _, value in _last(held.get(group)))


def _size(held: dict[str, Any]) -> int:
    groups = (values.pairs(held.get(name)) or () for name in _INSIDE)
    return len(held) + sum(map(len, groups))


def _own(tree: Tree, key: str, held: dict[str, Any], tensors: Tensors) -> None:
    passing = {
        values.key(name) for name in values.items(held.get("_non_persistent_buffers_set")) or ()
    }
    for group, kind in (("_parameters", "parameter"), ("_buffers", "buffer")):
        for node, value in _last(held.get(group)):
            name = values.key(node)
            if value is None or (kind == "buffer" and name in passing):
                continue
            found = tensors.fact(value)
            if isinstance(found, TensorFact):
                tree.tensors[key + name] = TensorFact(
                    found.dtype, found.shape, found.device, found.extent, kind
                )
            else:
                tree.others[key + name] = (
                    found.text if isinstance(found, Odd) else values.describe(value)
                )


def _last(node: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the pairs of a dictionary; of two with one key, the last value in the first place."""
    held = values.pairs(node)
    if held:
        yield from {values.key(key): (key, value) for key, value in held}.values()


def _plain(held: dict[str, Any], tensors: Tensors) -> dict[str, str | int | float | bool | None]:
    found: dict[str, str | int | float | bool | None] = {}
    for name, value in held.items():
        if name.startswith("_") or len(found) >= _ATTRIBUTES:
            continue
        fact = tensors.fact(value)
        if fact is None:
            found[values.key(name)] = values.plain(value)
        else:
            found[values.key(name)] = fact.text if isinstance(fact, Odd) else f"tensor {fact}"
    return found


def _unregistered(
    held: dict[str, Any], tensors: Tensors, registered: set[int], tree: Tree
) -> Iterator[str]:
    """Yield tensors in plain attributes, and in lists and dictionaries that no module owns.

    `nn.LSTM` lists its own parameters again, as `_flat_weights`. `weight_norm`, `spectral_norm`
    and pruning compute `weight` before each call, of `weight_v` or `weight_orig`.
    """
    own = {values.key(name) for name, _ in _last(held.get("_parameters"))}
    waiting = deque(
        (name, value, 0)
        for name, value in held.items()
        if name not in _INSIDE and not own & {f"{name}_v", f"{name}_orig"}
    )
    seen: set[int] = set()
    while waiting and tree.left > 0:
        tree.left -= 1
        name, node, depth = waiting.popleft()
        if id(node) in registered or id(node) in seen or depth > 3:
            continue
        if tensors.fact(node) is not None:
            yield values.key(name)
            continue
        inner = values.items(node)
        pairs = values.pairs(node)
        if inner is not None:
            seen.add(id(node))
            waiting += [(f"{name}.{i}", item, depth + 1) for i, item in enumerate(inner[:1000])]
        elif pairs is not None:
            seen.add(id(node))
            waiting += [
                (f"{name}.{values.key(key)}", item, depth + 1) for key, item in pairs[:1000]
            ]
        elif is_module(node):
            seen.add(id(node))
            below = values.attributes(node)
            for group in ("_parameters", "_buffers", "_modules"):
                waiting += [
                    (f"{name}.{values.key(key)}", item, depth)
                    for key, item in _last(below.get(group))
                ]


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
