"""Pair units by the numbers in their names: `norm1, norm2` with `ln_1, ln_2`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from loadstone.statedict.units import Numbers
from loadstone.statedict.words import either_way, numbered, parts


def by_numbers(olds: list[str], news: list[str]) -> dict[str, str]:
    """Pair `norm1, norm2` with `ln_1, ln_2`: other words, the same numbers in the same order."""
    stem, left = _series(olds)
    other, right = _series(news) if left else ("", {})
    if not left or len(left) != len(right):
        return {}
    if sorted(left) != sorted(right) and stem == other:
        return {}
    if 1 in Counter(numbers[:-1] for numbers in left).values():
        return {}  # the numbers of the layers that hold them tell none of a layer apart
    if levels_crossed(stem, other, left) or any(backwards(stem, other)):
        return {}
    pairs = dict(zip(sorted(left), sorted(right), strict=True))
    return {left[old]: right[new] for old, new in pairs.items()} if _nested_alike(pairs) else {}


def _nested_alike(pairs: Mapping[Numbers, Numbers]) -> bool:
    """Whether what is in one layer stays in one, where both sides count as many levels."""
    maps: dict[Numbers, Numbers] = {}
    for old, new in pairs.items():
        if len(old) == len(new):
            for size in range(1, len(old)):
                if maps.setdefault(old[:size], new[:size]) != new[:size]:
                    return False
    return len(set(maps.values())) == len(maps)


def _series(paths: list[str]) -> tuple[str, dict[Numbers, str]]:
    """Return the paths by their numbers, where these are all that differs; else nothing."""
    series: dict[Numbers, str] = {}
    first = ""
    for path in paths:
        stems, numbers = [], []
        for segment in path.split("."):
            found = numbered(segment)
            stems.append(f"{found[0]}#" if found else segment)
            if found:
                numbers.append(found[1])
        stem = ".".join(stems)
        if not numbers or stem != (first or stem) or tuple(numbers) in series:
            return "", {}
        first = stem
        series[tuple(numbers)] = path
    return first, series


def last_word(path: str) -> str:
    """Return the last segment of a path."""
    return path.rpartition(".")[2]


def level_count(path: str) -> int:
    """Return how many segments of a path end in a number."""
    return sum(numbered(segment) is not None for segment in path.split("."))


def in_sequence(old: str, new: str) -> bool:
    """Whether the two may be members of one series: `fc1` and `fc3`, `a` and `c`."""
    last, other = old.rpartition(".")[2], new.rpartition(".")[2]
    before, after = numbered(last), numbered(other)
    if before and after:
        return before[0] == after[0]
    return len(last.rpartition("_")[2]) == 1 == len(other.rpartition("_")[2])


def levels_crossed(old: str, new: str, numbers: Iterable[Numbers]) -> bool:
    """Whether a word counts another level: `heads.#.layers.#` and `layers.#.heads.#`."""
    if sum(len(set(level)) > 1 for level in zip(*numbers, strict=True)) < 2:
        return False
    ours, theirs = level_words(old), level_words(new)
    return len(ours) == len(theirs) and any(
        word in there and word not in here
        for at, here in enumerate(theirs)
        for word in ours[at]
        for there in (*theirs[:at], *theirs[at + 1 :])
    )


def heads_of(path: str) -> list[str]:
    """Return the path up to each of its numbers: `["layer.#", "layer.#.conv#"]`."""
    names = path.split(".")
    return [".".join(names[: at + 1]) for at, name in enumerate(names) if name.endswith("#")]


def backwards(old: str, new: str) -> Iterator[tuple[int, tuple[str, str]]]:
    """Yield the levels under words that count either way, with the paths to their numbers."""
    ours, theirs = heads_of(old), heads_of(new)
    if len(ours) == len(theirs):
        for at, (head, other) in enumerate(zip(ours, theirs, strict=True)):
            before, after = _counted_word(head), _counted_word(other)
            stays = before in other.split(".") or after in head.split(".")
            if either_way(before, after) and not stays:
                yield at, (head, other)


def _counted_word(head: str) -> str:
    """Return the word whose number it is: `ups` of `ups.#` and of `ups#`."""
    *_, before, last = ("", *head.split("."))
    return last.rstrip("#") or before


def level_words(path: str) -> list[set[str]]:
    """Return the words of each level that is counted, the path down to its number."""
    levels: list[set[str]] = []
    words: set[str] = set()
    for segment in path.split("."):
        words.update(parts(segment))
        if segment.endswith("#") or numbered(segment):
            levels.append(words)
            words = set()
    return levels
