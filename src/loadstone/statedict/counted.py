"""Whether the numbers of layers may say something else on the other side.

Layers are counted from the other end (`ups.0, ups.1` are `dec.1, dec.0`), or by another level first
(`towers.#.#` are `blocks.#.branches.#`). Where shapes do not tell and the words have changed, that
is as likely.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations

from loadstone.statedict.series import backwards, heads_of, level_words
from loadstone.statedict.units import Numbers, Units
from loadstone.statedict.words import tokens

Signatures = Mapping[str, object]


def counted_otherwise(
    saved: Units, expected: Units, pairs: Mapping[str, str], signatures: Signatures
) -> bool:
    """Whether other numbers fit as well, and no word says which; `signatures` are of the file."""
    heads = {
        (head, other)
        for old, new in pairs.items()
        if len(levels := heads_of(old)) == 1
        for head, other in zip(levels, heads_of(new), strict=False)
    }
    turned: dict[tuple[str, str], bool] = defaultdict(lambda: True)
    for old, new in pairs.items():
        ours, theirs = saved[old], expected[new]
        shapes = dict(zip(ours.ordered, _each(signatures[old]), strict=True))
        for at, two in backwards(old, new):
            turned[two] &= _alike(shapes, _from_the_end(shapes, at))
        if _levels_open(old, new, heads) and ours.members.keys() == theirs.members.keys():
            for one, other in combinations(range(len(heads_of(old))), 2):
                if _alike(shapes, _exchanged(one, other)):
                    return True
    return any(turned.values())


def _each(signature: object) -> Sequence[object]:
    assert isinstance(signature, tuple)
    return signature


def _alike(shapes: Mapping[Numbers, object], other: Callable[[Numbers], Numbers]) -> bool:
    """Whether other numbers, which are not the same for all, hold what these do."""
    return any(other(numbers) != numbers for numbers in shapes) and all(
        shapes.get(other(numbers)) == held for numbers, held in shapes.items()
    )


def _from_the_end(shapes: Mapping[Numbers, object], at: int) -> Callable[[Numbers], Numbers]:
    values = sorted({numbers[at] for numbers in shapes})
    other = dict(zip(values, reversed(values), strict=True))
    return lambda numbers: (*numbers[:at], other[numbers[at]], *numbers[at + 1 :])


def _exchanged(one: int, two: int) -> Callable[[Numbers], Numbers]:
    def other(numbers: Numbers) -> Numbers:
        made = list(numbers)
        made[one], made[two] = made[two], made[one]
        return tuple(made)

    return other


def _levels_open(old: str, new: str, heads: set[tuple[str, str]]) -> bool:
    """Whether nothing says which level is which: no word, no place, no layer of one level."""
    ours, theirs = heads_of(old), heads_of(new)
    if len(ours) != len(theirs) or len(ours) < 2 or (ours[0], theirs[0]) in heads:
        return False
    if [len(head.split(".")) for head in ours] == [len(head.split(".")) for head in theirs]:
        return False
    return all(
        _meant(mine).isdisjoint(_meant(other))
        for mine, other in zip(level_words(old), level_words(new), strict=True)
    )


def _meant(words: set[str]) -> set[str]:
    return words | {said for word in words for said in tokens(word)}
