"""Projections that one side holds apart and the other as one tensor: q, k and v; gate and up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from loadstone.core.classes import replace
from loadstone.statedict.units import Unit, Units
from loadstone.statedict.words import tokens

# `query_key_value` is no such name: BLOOM and GPT-NeoX hold the three of each head together
FUSED: Final = {"qkv": ("q", "k", "v"), "gateup": ("gate", "up")}


def fuse(units: Units, others: Units) -> Units:
    """Return `units` with those put together that `others` hold in one, by their names.

    A unit made of several holds, of each role, the keys in the order of their rows.
    """
    result = Units(units)
    for name, parts in FUSED.items():
        more = _called(others, name) - _called(units, name)
        apart = _together(result, parts) if more > 0 else {}
        if len(apart) > more:
            too = _together(others, parts)
            apart = {parent: found for parent, found in apart.items() if parent not in too}
        if len(apart) == more:
            for parent, found in apart.items():
                made = _one(f"{parent}{name}", name, found)
                if made is not None:
                    for unit in found:
                        del result[unit.path]
                    result[made.path] = made
    return result


def _called(units: Mapping[str, Unit], name: str) -> int:
    return sum(tokens(path.rpartition(".")[2]) == (name,) for path in units)


def _together(units: Mapping[str, Unit], parts: tuple[str, ...]) -> dict[str, list[Unit]]:
    """Return the units of each module that are called as `parts` are, in that order."""
    beside: dict[str, dict[str, list[Unit]]] = defaultdict(lambda: defaultdict(list))
    for path, unit in units.items():
        parent, dot, last = path.rpartition(".")
        said = tokens(last)
        holds = next(iter(unit.members.values()))
        if len(said) == 1 and said[0] in parts and "weight" in holds:
            beside[parent + dot][said[0]].append(unit)
    return {
        parent: [found[part][0] for part in parts]
        for parent, found in beside.items()
        if all(len(found.get(part, ())) == 1 for part in parts)
    }


def _one(path: str, name: str, parts: list[Unit]) -> Unit | None:
    numbers = set(parts[0].members)
    if any(set(part.members) != numbers for part in parts):
        return None
    members = {}
    for number in parts[0].members:
        roles = [set(part.members[number]) for part in parts]
        if any(role != roles[0] for role in roles):
            return None
        members[number] = {
            role: tuple(key for part in parts for key in part.members[number][role])
            for role in parts[0].members[number]
        }
    return replace(parts[0], path=path, members=members, extra=_said(path, name))


def _said(path: str, name: str) -> tuple[str, ...]:
    return (*Unit(path.rpartition(".")[0], {}).said, name)
