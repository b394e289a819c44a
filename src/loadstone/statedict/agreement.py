"""Whether pairs agree with each other: numbers keep their order, and names their places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from itertools import combinations

from loadstone.statedict.series import heads_of, levels_crossed
from loadstone.statedict.units import Numbers, Unit
from loadstone.statedict.words import near, numbered


def numbers_agree(
    saved: Mapping[str, Unit], expected: Mapping[str, Unit], pairs: Mapping[str, str]
) -> bool:
    """Whether a layer's number becomes one other number, in all that is under its name."""
    maps: dict[tuple[str, str], dict[Numbers, Numbers]] = defaultdict(dict)
    for old, new in pairs.items():
        ours, theirs = saved[old], expected[new]
        if levels_crossed(old, new, ours.members):
            return False
        heads, others = heads_of(old), heads_of(new)
        literal = [*zip(ours.literal, theirs.literal, strict=False)]
        for before, after in zip(ours.ordered, theirs.ordered, strict=True):
            if len(before) != len(after):
                continue
            for at in range(len(before)):
                alike = heads[at] == others[at]
                if alike and all(literal[at]) and before[at] != after[at]:
                    return False
                known = maps[heads[at], others[at]]
                if known.setdefault(before[: at + 1], after[: at + 1]) != after[: at + 1]:
                    return False
    return all(len(set(known.values())) == len(known) for known in maps.values())


def names_moved(pairs: Mapping[str, str]) -> tuple[bool, bool]:
    """Whether shapes give a name that both sides have to another, and whether two change places.

    `wi` and `wo` that seem to have changed places are a file whose matrices are turned.
    """
    groups: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    changes = set()
    for old, new in pairs.items():
        parent, _, last = old.rpartition(".")
        other, _, name = new.rpartition(".")
        groups[parent, other][last] = name
        changes.add(_difference(old.split("."), new.split(".")))
    moved = exchanged = False
    for names in groups.values():
        there = set(names.values())
        gone = [old for old, new in names.items() if old != new and old in there]
        moved = moved or bool(gone)
        exchanged = exchanged or any(names.get(names[old]) == old for old in gone)
        exchanged = exchanged or _out_of_order(names)
    exchanged = exchanged or any((new, old) in changes for old, new in changes if old != new)
    return moved, exchanged


def _out_of_order(names: Mapping[str, str]) -> bool:
    """Whether `wide1, wide2` would be `fc2, fc1`."""
    series: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for old, new in names.items():
        before, after = numbered(old), numbered(new)
        if before and after:
            series[before[0], after[0]].append((before[1], after[1]))
    return any(
        [after for _, after in sorted(pairs)] != sorted(after for _, after in pairs)
        for pairs in series.values()
    )


def _difference(old: list[str], new: list[str]) -> tuple[str, str]:
    """Return what is left of two paths without what they start and end with alike."""
    while old and new and old[0] == new[0]:
        old, new = old[1:], new[1:]
    while old and new and old[-1] == new[-1]:
        old, new = old[:-1], new[:-1]
    return ".".join(old), ".".join(new)


def words_near(pairs: Mapping[str, str], signatures: Mapping[str, object]) -> bool:
    """Whether two that hold the same may be each other: `text, word` that are `text, token`."""
    groups: dict[object, list[tuple[str, str]]] = defaultdict(list)
    for old, new in pairs.items():
        (parent, _, last), (other, _, name) = old.rpartition("."), new.rpartition(".")
        groups[parent, other, signatures[old]].append((last, name))
    return any(
        (old != new or last != name) and near(old, name) and near(last, new)
        for found in groups.values()
        for (old, new), (last, name) in combinations(found, 2)
    )
