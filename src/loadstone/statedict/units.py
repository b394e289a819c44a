"""The modules of a state dict, those that differ in their numbers only taken together.

`layer.0.fc.weight` and `layer.1.fc.weight` are one unit, `layer.#.fc`, with two members. What two
state dicts say of a unit is compared in the order of the numbers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, lru_cache
from typing import Final, Literal

from loadstone.core.classes import dataclass, field
from loadstone.core.facts import TensorFact
from loadstone.statedict.words import numbered, tokens

Numbers = tuple[int, ...]
Shape = tuple[int, ...]
Counting = Literal["segments", "suffixes", "nothing"]  # what is taken for the number of a layer
_ROLES: Final = {
    "weight": "weight",
    "gamma": "weight",
    "bias": "bias",
    "beta": "bias",
    "running_mean": "running_mean",
    "moving_mean": "running_mean",
    "running_var": "running_var",
    "moving_variance": "running_var",
    "weight_g": "weight_g",
    "weight_v": "weight_v",
    "parametrizations.weight.original0": "weight_g",
    "parametrizations.weight.original1": "weight_v",
    "weight_orig": "weight_orig",
    "weight_u": "weight_u",
    "parametrizations.weight.original": "weight_orig",
    "parametrizations.weight.0._u": "weight_u",
    "parametrizations.weight.0._v": "weight_v",
    "qweight": "qweight",
    "qzeros": "qzeros",
    "scales": "scales",
    "g_idx": "g_idx",
}
_RECURRENT: Final = ("weight_ih_l", "weight_hh_l", "bias_ih_l", "bias_hh_l", "weight_hr_l")


@dataclass(frozen=True, slots=True)
class Unit:
    """Modules of one name but for its numbers, or parameters that are no module's usual ones."""

    path: str  # "layer.#.fc"
    members: Mapping[Numbers, Mapping[str, tuple[str, ...]]]  # numbers to role to keys, fused ones
    literal: tuple[bool, ...] = ()  # which of the numbers end a word: `layer3`
    extra: tuple[str, ...] = ()  # what a unit made of several says: "qkv"

    @property
    def ordered(self) -> list[Numbers]:
        """The numbers of its members, ascending."""
        return sorted(self.members)

    @property
    def said(self) -> tuple[str, ...]:
        """What its words mean, and those that mean something as they stand."""
        return self.extra or _said(self.path)


class Units(dict[str, Unit]):
    """The units of one side by their paths; what is asked of all of them is found once."""

    @cached_property
    def tree(self) -> Tree:
        """The tree of the modules that the units lie in."""
        return Tree(self)

    @cached_property
    def words(self) -> dict[str, frozenset[str]]:
        """What each unit's names mean."""
        return {path: frozenset(unit.said) for path, unit in self.items()}


class Tree:
    """The modules that some units lie in."""

    def __init__(self, paths: Iterable[str]) -> None:
        self.below: dict[str, list[str]] = defaultdict(list)  # "layer." to the units under it
        self.parents: dict[str, list[str]] = {}  # nearest first
        self.children: dict[str, dict[str, None]] = defaultdict(dict)
        for path in paths:
            parts = path.split(".")
            above = [".".join(parts[:size]) + "." for size in range(len(parts) - 1, 0, -1)]
            self.parents[path] = above
            below = path
            for parent in above:
                self.below[parent].append(path)
                self.children[parent][below] = None
                below = parent
            self.children[""][below] = None
        self.deepest_first = sorted(self.below, key=lambda path: -path.count("."))


@lru_cache(maxsize=1 << 14)
def _said(path: str) -> tuple[str, ...]:
    said: list[str] = []
    for segment in path.split("."):
        meant = tokens(segment)
        said += [*meant, f"={segment.rstrip('#')}"] if meant else ()
    return tuple(said)


@dataclass(slots=True)
class _Building:
    members: dict[Numbers, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    literal: tuple[bool, ...] = ()


@lru_cache(maxsize=1 << 14)
def role(key: str) -> tuple[str, str]:
    """Return the module of a key and what the tensor is to it; what is no usual one, alone.

    `("fc", "weight")` for `fc.weight` and `fc.gamma`, `("cls_token", "")` for `cls_token`.
    """
    path, _, leaf = key.rpartition(".")
    if leaf in {"in_proj_weight", "in_proj_bias"}:
        return f"{path}.in_proj".lstrip("."), leaf.removeprefix("in_proj_")
    if "parametrizations" in key:
        before, _, after = key.partition("parametrizations.")
        if f"parametrizations.{after}" in _ROLES:
            return before.rstrip("."), _ROLES[f"parametrizations.{after}"]
    if leaf in _ROLES:
        return path, _ROLES[leaf]
    if leaf.startswith(_RECURRENT):
        return path, leaf
    # one code keeps as a parameter what another keeps in a module of its own
    return key, "weight" if "emb" in tokens(leaf) else ""


def units(keys: Mapping[str, TensorFact], counting: Counting) -> Units:
    """Return the units of a state dict by their paths."""
    made: dict[str, _Building] = defaultdict(_Building)
    for key in keys:
        module, what = role(key)
        path, numbers, literal = _counted(module, counting)
        if what in made[path].members.get(numbers, {}):  # `gamma` beside `weight`
            path, numbers, literal = _counted(key, counting)
            what = ""
        unit = made[path]
        unit.literal = literal
        unit.members.setdefault(numbers, {})[what] = (key,)
    return Units((path, Unit(path, unit.members, unit.literal)) for path, unit in made.items())


def _counted(module: str, counting: Counting) -> tuple[str, Numbers, tuple[bool, ...]]:
    if counting == "nothing":
        return module, (), ()
    parts, numbers, literal = [], [], []
    for segment in module.split("."):
        found = numbered(segment)
        if found is None or (found[0] and counting == "segments"):
            parts.append(segment)
            continue
        parts.append(f"{found[0]}#")
        numbers.append(found[1])
        literal.append(bool(found[0]))
    return ".".join(parts), tuple(numbers), tuple(literal)


def signature(unit: Unit, shape: Callable[[tuple[str, ...]], Shape]) -> tuple[object, ...]:
    """Return what has to be equal on both sides: roles and shapes, in the order of the numbers."""
    return tuple(
        tuple(sorted((what, shape(keys)) for what, keys in unit.members[numbers].items()))
        for numbers in unit.ordered
    )
