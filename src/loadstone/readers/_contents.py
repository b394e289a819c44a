"""What the value of a torch pickle holds: state dicts, whole modules, tensors, other entries."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Literal

from loadstone.core.classes import dataclass, field
from loadstone.core.facts import Content, Damage, ModuleFact, StateDict, TensorFact
from loadstone.readers import _modules
from loadstone.readers import _values as values
from loadstone.readers._tensors import Odd, Tensors

Role = Literal["model", "ema", "optimizer", "other"]
_DEPTH = 6
_NODES = 200_000  # visited while looking for state dicts
_ENTRIES = 200
_EMA = re.compile(r"(^|[_.\W])(ema|swa|averaged?|shadow)([_.\W]|$)", re.IGNORECASE)
_OPTIMIZER = re.compile(r"(^|[_.\W])(optim\w*|opt)([_.\W\d]|$)", re.IGNORECASE)
_OTHER = re.compile(r"sched|scaler|rng|callback|loop|metric", re.IGNORECASE)


@dataclass(slots=True)
class Contents:
    """The facts that a value gives."""

    content: Content = "object"
    state_dicts: list[StateDict] = field(default_factory=list)
    entries: dict[str, str] = field(default_factory=dict)
    modules: list[ModuleFact] = field(default_factory=list)
    damage: list[Damage] = field(default_factory=list)


def read(root: Any, tensors: Tensors) -> Contents:
    """Return what `root` holds."""
    return _Search(tensors).run(root)


_PLAIN = {type(None), bool, int, float, str, bytes}


class _Search:
    def __init__(self, tensors: Tensors) -> None:
        self.tensors = tensors
        self.found = Contents()
        self.left = _NODES
        self.seen: set[int] = set()

    def run(self, root: Any) -> Contents:
        found = self.found
        if _modules.is_module(root):
            found.content = "module"
            self._module("", root)
            return found
        fact = self.tensors.fact(root)
        if fact is not None:
            found.content = "tensor"
            if isinstance(fact, TensorFact):
                found.state_dicts.append(StateDict("", {"": fact}, role="other"))
            return found
        pairs = values.pairs(root)
        if pairs is not None and not pairs:  # the state dict of a module without parameters
            found.content = "state-dict"
            found.state_dicts.append(StateDict("", {}))
            return found
        if pairs is not None:
            self._dictionary("", pairs, 0)
            direct = [state for state in found.state_dicts if state.path == ""]
            if len(found.state_dicts) == 1 and direct and direct[0].role == "model":
                found.content = "state-dict"
            elif found.state_dicts or found.modules:
                found.content = "checkpoint"
            self._describe(pairs)
            return found
        inner = values.items(root)
        if inner is not None:
            self._list(inner)
        return found

    def _module(self, path: str, node: Any) -> None:
        tree = _modules.read(node, self.tensors, path)
        self.found.modules += tree.modules
        self.found.state_dicts.append(StateDict(path, tree.tensors, tree.others, role_of(path)))
        if not tree.complete:
            self.found.damage.append(
                Damage("limit", f"not all modules were looked at, {_modules.LIMIT} at most")
            )

    def _dictionary(self, path: str, pairs: Sequence[tuple[Any, Any]], depth: int) -> None:
        if _is_optimizer(pairs):
            flat = dict(self._flat(pairs))
            self.found.state_dicts.append(StateDict(path, flat, role="optimizer"))
            return
        own: dict[str, TensorFact] = {}
        odds: dict[str, str] = {}
        named = True
        before = len(self.found.state_dicts)
        for node, value in pairs:
            if type(value) in _PLAIN and not own:  # a vocabulary has a million of them
                continue
            key = values.key(node)
            fact = self.tensors.fact(value)
            own.pop(key, None)
            if isinstance(fact, TensorFact):
                own[key] = fact
                named = named and isinstance(node, str)
            elif isinstance(fact, Odd):
                odds[key] = fact.text
            else:
                self._inside(f"{path}.{key}" if path else key, value, depth + 1)
        if own or odds:
            others = _others(pairs, own, odds)
            holds_more = len(self.found.state_dicts) > before
            mostly = len(own) + len(odds) >= len(others) - len(odds) and not holds_more
            role = role_of(path) if mostly and named else "other"
            self.found.state_dicts.insert(before, StateDict(path, own, others, role))

    def _inside(self, path: str, node: Any, depth: int) -> None:
        self.left -= 1
        if depth > _DEPTH or self.left < 0 or id(node) in self.seen:
            return
        pairs = values.pairs(node)
        if pairs is not None:
            self.seen.add(id(node))
            self._dictionary(path, pairs, depth)
            return
        inner = values.items(node)
        if inner is not None:
            self.seen.add(id(node))
            for number, item in enumerate(inner[:1000]):
                if values.is_call(item) or values.pairs(item) is not None:
                    self._inside(f"{path}.{number}", item, depth + 1)
        elif _modules.is_module(node):
            self.seen.add(id(node))
            self._module(path, node)

    def _flat(self, pairs: Sequence[tuple[Any, Any]]) -> list[tuple[str, TensorFact]]:
        """Return every tensor below an optimizer's dictionary, under its joined keys."""
        out: list[tuple[str, TensorFact]] = []
        waiting: list[tuple[str, Any, int]] = [
            (values.key(key), value, 0) for key, value in reversed(pairs)
        ]
        while waiting and self.left > 0:
            self.left -= 1
            path, node, depth = waiting.pop()
            fact = self.tensors.fact(node)
            if isinstance(fact, TensorFact):
                out.append((path, fact))
            elif fact is None and depth < _DEPTH:
                held = values.pairs(node)
                inner = values.items(node)
                below = held if held is not None else list(enumerate(inner or ()))
                waiting += [
                    (f"{path}.{values.key(key)}", value, depth + 1)
                    for key, value in reversed(below)
                ]
        return out

    def _list(self, inner: Sequence[Any]) -> None:
        facts = [self.tensors.fact(item) for item in inner[:_NODES]]
        if facts and all(fact is not None for fact in facts):
            self.found.content = "tensor"
            own = {str(i): fact for i, fact in enumerate(facts) if isinstance(fact, TensorFact)}
            self.found.state_dicts.append(StateDict("", own, role="other"))
            return
        for number, item in enumerate(inner[:1000]):
            self._inside(str(number), item, 1)
        self.found.entries |= {
            str(number): self._text(str(number), item)
            for number, item in enumerate(inner[:_ENTRIES])
        }
        if self.found.state_dicts or self.found.modules:
            self.found.content = "checkpoint"

    def _describe(self, pairs: Sequence[tuple[Any, Any]]) -> None:
        if self.found.content == "state-dict":
            return
        for node, value in pairs[:_ENTRIES]:
            key = values.key(node)
            self.found.entries[key] = self._text(key, value)

    def _text(self, path: str, value: Any) -> str:
        fact = self.tensors.fact(value)
        if fact is not None:
            return fact.text if isinstance(fact, Odd) else f"tensor {fact}"
        for state in self.found.state_dicts:
            if state.path == path and state.role == "optimizer":
                return _optimizer(value)
            if state.path == path and not _modules.is_module(value):
                return f"state dict of {len(state.tensors)} tensors"
        if _modules.is_module(value):
            return "module " + ".".join(values.class_of(value) or ("", ""))
        return values.describe(value)


def _others(
    pairs: Sequence[tuple[Any, Any]], own: dict[str, TensorFact], odds: dict[str, str]
) -> dict[str, str]:
    """Describe what is no tensor in a dictionary of tensors."""
    told = ((values.key(node), value) for node, value in pairs)
    return {key: odds.get(key) or values.describe(value) for key, value in told if key not in own}


def _is_optimizer(pairs: Sequence[tuple[Any, Any]]) -> bool:
    held = {key: value for key, value in pairs if type(key) is str}
    return (
        "state" in held
        and values.items(held.get("param_groups")) is not None
        and values.pairs(held["state"]) is not None
    )


def _optimizer(node: Any) -> str:
    """Return the kind of an optimizer, by what it keeps for each parameter."""
    held = {key: value for key, value in values.pairs(node) or () if type(key) is str}
    groups = len(values.items(held.get("param_groups")) or ())
    kept: set[str] = set()
    for _, value in (values.pairs(held.get("state")) or ())[:1]:
        kept = {key for key, _ in values.pairs(value) or () if type(key) is str}
    like = "no state"
    for key, word in (
        ("exp_avg_sq", "Adam-like"),
        ("exp_avg", "Lion-like"),
        ("square_avg", "RMSprop-like"),
        ("momentum_buffer", "SGD-like"),
        ("sum", "Adagrad-like"),
    ):
        if key in kept:
            like = word
            break
    return f"optimizer state ({like}, {groups} group{'' if groups == 1 else 's'})"


def role_of(path: str) -> Role:
    """Return what a state dict is for, by the keys that lead to it."""
    if _EMA.search(path):
        return "ema"
    if _OPTIMIZER.search(path):
        return "optimizer"
    return "other" if _OTHER.search(path) else "model"
