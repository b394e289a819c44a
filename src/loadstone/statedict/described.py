"""Pair units by what their names say and what the modules around them hold, the best of each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

Described = tuple[frozenset[str], tuple[int, ...]]  # what is said of a unit, what is around it


def telling_words(said: Iterable[frozenset[str]]) -> frozenset[str]:
    """Return the words that some of them say and some do not."""
    every = list(said)
    times = Counter(word for words in every for word in words)
    return frozenset(word for word, number in times.items() if number < len(every))


def grouped(units: Mapping[str, Described]) -> dict[Described, list[str]]:
    """Return the paths of the units of which the same is said and around which the same is."""
    groups: dict[Described, list[str]] = defaultdict(list)
    for path, held in units.items():
        groups[held].append(path)
    return dict(groups)


def bests(ours: Iterable[Described], theirs: Iterable[Described]) -> dict[Described, Described]:
    """Return the one of the others that is among the best by words and by places.

    Where the best by words is none of the best by places, there is none.
    """
    found = {}
    others = list(theirs)
    saying, standing = _index(others)
    for mine in ours:
        heard = [saying[word] for word in mine[0] if word in saying]
        by_words = _most(heard) if heard else None
        by_places = next(
            (held for size in range(len(mine[1]), 0, -1) if (held := standing.get(mine[1][:size]))),
            None,
        )
        both = _both(by_words, by_places)
        if both is not None and len(both) == 1 < len(others):
            found[mine] = others[next(iter(both))]
    return found


def _most(heard: Sequence[Sequence[int]]) -> set[int]:
    """Return what is in the most of these."""
    if len(heard) == 1:
        return set(heard[0])
    shared = Counter(chain.from_iterable(heard))
    top = max(shared.values())
    return {at for at, score in shared.items() if score == top}


def _index(
    others: Sequence[Described],
) -> tuple[Mapping[str, Sequence[int]], Mapping[tuple[int, ...], set[int]]]:
    """Return which of the others say a word, and what is around which of them, from the nearest."""
    saying: dict[str, list[int]] = defaultdict(list)
    standing: dict[tuple[int, ...], set[int]] = defaultdict(set)
    for at, (said, around) in enumerate(others):
        for word in said:
            saying[word].append(at)
        for size in range(1, len(around) + 1):
            standing[around[:size]].add(at)
    return saying, standing


def _both(left: set[int] | None, right: set[int] | None) -> set[int] | None:
    """Return what two kinds of evidence leave; None, where one says nothing, is all."""
    if left is None or right is None:
        return right if left is None else left
    return left & right
