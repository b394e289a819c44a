"""Pair the units of two state dicts where the evidence leaves one answer.

What shapes leave open is told by names, by the place in the tree of modules, by what stands beside
it, and by numbers. Each of these only counts where it points from one unit to one other, in both
directions, and no other evidence points elsewhere; what is then open stays open.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from loadstone.core.classes import dataclass, field
from loadstone.statedict.units import Numbers, Unit
from loadstone.statedict.words import FAMILIES, numbered, parts

Units = Mapping[str, Unit]
Signatures = Mapping[str, object]  # of the units of one side, by their paths
Pairs = dict[str, str]
_COMPARED: Final = 256  # so many units of one signature are compared with each other by words


@dataclass(slots=True)
class Alignment:
    """Which unit of the file is which of the target, and what told so."""

    pairs: Pairs = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)  # unit of the file to the evidence
    open: list[tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=list)
    ordered: bool = True  # whether the numbers of all pairs agree with each other
    moved: bool = False  # whether a name that both sides have is another's now
    exchanged: bool = False  # whether two have each other's names

    @property
    def complete(self) -> bool:
        """Whether every unit of both sides has its one counterpart."""
        return not self.open and self.ordered and not self.exchanged


def align(
    saved: Units, expected: Units, ours: Signatures, theirs: Signatures, *, in_order: bool
) -> Alignment:
    """Return the pairs that are told apart; `in_order`: the file lists module by module."""
    search = _Search(saved, expected, ours, theirs)
    search.in_order = in_order and search.in_order
    search.run()
    result = search.result
    result.open = [(tuple(olds), tuple(news)) for olds, news in search.classes() if olds or news]
    result.ordered = _numbers_agree(saved, expected, result.pairs)
    result.moved, result.exchanged = _names_moved(result.pairs)
    return result


class _Search:
    """The state of one search: what is paired so far, and what is left of each signature."""

    def __init__(self, saved: Units, expected: Units, ours: Signatures, theirs: Signatures) -> None:
        self.saved, self.expected = saved, expected
        self.signatures = ours
        self.result = Alignment()
        self.old: dict[object, list[str]] = defaultdict(list)
        self.new: dict[object, list[str]] = defaultdict(list)
        for signatures, groups in ((ours, self.old), (theirs, self.new)):
            for path, held in signatures.items():
                groups[held].append(path)
        self.whole: dict[object, Pairs] = {}
        self.refused: set[str] = set()  # of the file: what evidence contradicts itself about
        self.places = _Places(saved, ours), _Places(expected, theirs)
        self.in_order = self._in_order()

    def _in_order(self) -> bool:
        """Whether the file lists what shapes alone tell apart as the target does."""
        place = {path: at for at, path in enumerate(self.expected)}
        at = [
            place[self.new[held][0]]
            for path, held in self.signatures.items()
            if len(self.old[held]) == 1 == len(self.new.get(held, ()))
        ]
        return at == sorted(at)

    def classes(self) -> Iterator[tuple[list[str], list[str]]]:
        """Return what is left of each signature, of the file and of the target."""
        taken = set(self.result.pairs.values())
        for key in dict.fromkeys([*self.old, *self.new]):
            olds = [path for path in self.old.get(key, ()) if path not in self.result.pairs]
            yield olds, [path for path in self.new.get(key, ()) if path not in taken]

    def run(self) -> None:
        """Pair what is told apart, until nothing more is."""
        while True:
            before = len(self.result.pairs)
            for olds, news in list(self.classes()):
                if not olds or not news:
                    continue
                if len(olds) == 1 == len(news):
                    if olds[0] not in self.refused and self._may_remain(olds[0], news[0]):
                        alone = len(self._alike(olds[0])) == 1
                        self._pair(olds[0], news[0], "shapes" if alone else "what remains")
                    continue
                self._by_evidence(olds, news)
            if len(self.result.pairs) == before:
                return

    def _pair(self, old: str, new: str, evidence: str) -> None:
        self.result.pairs[old] = new
        self.result.told[old] = evidence
        self.places[0].pair(old, new)
        self.places[1].pair(new, old)

    def _alike(self, old: str) -> list[str]:
        return self.old[self.signatures[old]]

    def _may_remain(self, old: str, new: str) -> bool:
        """Whether what no word tells apart is the other: in its place, if places count.

        `a, b` that became `b, c` would else be taken for a `b` that stayed and an `a` that is `c`.
        Where the file has no order, that is feared wherever a name is kept.
        """
        alike, theirs = self._alike(old), self.new[self.signatures[old]]
        if (len(alike) == 1 and len(theirs) == 1) or old == new:
            return True
        if len(alike) != len(theirs):
            return False
        if self.in_order:
            return alike.index(old) == theirs.index(new)
        told = ((path, self.result.pairs.get(path, "")) for path in alike)
        return not (_in_sequence(old, new) or any(_last(path) == _last(to) for path, to in told))

    def _by_evidence(self, olds: list[str], news: list[str]) -> None:
        points: dict[str, dict[str, str]] = defaultdict(dict)  # old to new to the evidence
        for name, evidence in (
            ("names", _same_paths(olds, news)),
            ("names", self._families(olds, news)),
            ("numbers", _numbers(olds, news)),
            ("names and places", self._described(olds, news)),
            ("neighbours", self._neighbours(olds, news)),
        ):
            for old, new in evidence.items():
                named = name == "names" or self._among_all(old) == new
                fit = len(olds) == len(self._alike(old)) or _levels(old) == _levels(new)
                counted = name == "numbers" and not self.in_order and fit
                if not (named or counted or self._may_remain(old, new)):
                    continue
                points[old].setdefault(new, name)
        claims = Counter(new for found in points.values() for new in found)
        for old, found in points.items():
            if len(found) > 1 or any(claims[new] > 1 for new in found):
                self.refused.add(old)
                continue
            (new,) = found
            if old not in self.refused:
                self._pair(old, new, found[new])

    def _among_all(self, old: str) -> str | None:
        """Return what words and places say it is, among all of its signature, paired or not."""
        held = self.signatures[old]
        if held not in self.whole:
            self.whole[held] = self._described(self.old[held], self.new[held])
        return self.whole[held].get(old)

    def _described(self, olds: list[str], news: list[str]) -> Pairs:
        """Pair by what the names say and by what the modules around hold, both together."""
        words = [
            {path: frozenset(units[path].said) for path in paths}
            for units, paths in ((self.saved, olds), (self.expected, news))
        ]
        if len(olds) == 1 == len(news):
            return {olds[0]: news[0]}
        telling = _telling(words[0].values()) & _telling(words[1].values())
        ours, theirs = (
            _alike({p: (said & telling, places.around(p)) for p, said in side.items()})
            for side, places in zip(words, self.places, strict=True)
        )
        if max(len(ours), len(theirs)) > _COMPARED:
            found = {old[0]: theirs[held][0] for held, old in ours.items() if held in theirs}
            alone = {held[0] for held in ours.values() if len(held) == 1}
            single = {held[0] for held in theirs.values() if len(held) == 1}
            return {o: n for o, n in found.items() if o in alone and n in single}
        forth, back = _bests(ours, theirs), _bests(theirs, ours)
        pairs = {}
        for held, other in forth.items():
            if back.get(other) == held and len(ours[held]) == 1 == len(theirs[other]):
                pairs[ours[held][0]] = theirs[other][0]
        return pairs

    def _families(self, olds: list[str], news: list[str]) -> Pairs:
        """Pair by the known names of all the norms of a block."""
        ours, theirs = _by_last(olds), _by_last(news)
        for rows in FAMILIES:
            left = next((row for row in rows if set(row) == set(ours)), None)
            right = next((row for row in rows if set(row) == set(theirs)), None)
            if left and right:
                found: Pairs = {}
                for mine, other in zip(left, right, strict=True):
                    found |= self._described(ours[mine], theirs[other])
                return found
        return {}

    def _neighbours(self, olds: list[str], news: list[str]) -> Pairs:
        """Pair what is the only one of its kind near what is paired already."""
        ours, theirs = self.places
        forth = _toward(olds, news, ours, theirs)
        back = _toward(news, olds, theirs, ours)
        return {old: new for old, new in forth.items() if back.get(new) == old}


class _Places:
    """The tree of the units of one side: what each part of it holds, by signature."""

    def __init__(self, units: Units, signatures: Signatures) -> None:
        self.below: dict[str, list[str]] = defaultdict(list)  # "layer." to the units under it
        self.parents: dict[str, list[str]] = {}  # nearest first
        self.images: dict[str, tuple[str, str]] = {}  # of what is paired below: first and last
        children: dict[str, dict[str, None]] = defaultdict(dict)
        for path in units:
            parts = path.split(".")
            above = [".".join(parts[:size]) + "." for size in range(len(parts) - 1, 0, -1)]
            self.parents[path] = above
            below = path
            for parent in above:
                self.below[parent].append(path)
                children[parent][below] = None
                below = parent
            children[""][below] = None
        self._forms: dict[str, int] = {path: hash(held) for path, held in signatures.items()}
        for part in sorted(self.below, key=lambda path: -path.count(".")):
            own = signatures.get(part.rstrip("."))
            forms = sorted(self._forms[child] for child in children[part])
            alone = len(forms) == 1 and own is None
            self._forms[part] = forms[0] if alone else hash((tuple(forms), own))

    def around(self, path: str) -> tuple[int, ...]:
        """Return what the modules that hold it hold, nearest first, each once."""
        forms: list[int] = []
        for part in self.parents[path]:
            form = self._forms[part]
            if not forms or forms[-1] != form:
                forms.append(form)
        return tuple(forms)

    def pair(self, path: str, image: str) -> None:
        """Note that it is paired, with the image that it has on the other side."""
        for part in self.parents[path]:
            first, last = self.images.get(part, (image, image))
            self.images[part] = min(first, image), max(last, image)

    def common(self, first: str, last: str) -> str:
        """Return the smallest module that holds both and something beside, or ""."""
        for part in self.parents[first]:
            if last.startswith(part) and len(self.below[part]) > 1:
                return part
        return ""


def _toward(olds: list[str], news: list[str], ours: _Places, theirs: _Places) -> Pairs:
    """Return what is the only one of `news` near the images of what stands near one of `olds`."""
    alone = Counter(part for path in olds for part in ours.parents[path])
    within: dict[str, list[str]] = defaultdict(list)
    for path in news:
        for part in theirs.parents[path]:
            within[part].append(path)
    found = {}
    for old in olds:
        near = next((part for part in ours.parents[old] if part in ours.images), None)
        if near is None or alone[near] > 1:
            continue
        there = theirs.common(*ours.images[near])
        if len(within.get(there, ())) == 1:
            found[old] = within[there][0]
    return found


def _by_last(paths: list[str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        groups[path.rpartition(".")[2]].append(path)
    return groups


def _same_paths(olds: list[str], news: list[str]) -> Pairs:
    there = set(news)
    return {path: path for path in olds if path in there}


Described = tuple[frozenset[str], tuple[int, ...]]  # what is said of a unit, what is around it


def _telling(said: Iterable[frozenset[str]]) -> frozenset[str]:
    """Return the words that some of them say and some do not."""
    every = list(said)
    times = Counter(word for words in every for word in words)
    return frozenset(word for word, number in times.items() if number < len(every))


def _alike(units: Mapping[str, Described]) -> dict[Described, list[str]]:
    groups: dict[Described, list[str]] = defaultdict(list)
    for path, held in units.items():
        groups[held].append(path)
    return dict(groups)


def _bests(ours: Iterable[Described], theirs: Iterable[Described]) -> dict[Described, Described]:
    """Return the one of the others that is among the best by words and by places.

    Where the best by words is none of the best by places, there is none.
    """
    found = {}
    others = list(theirs)
    for mine in ours:
        by_words = _top({other: len(mine[0] & other[0]) for other in others})
        by_places = _top({other: _shared(mine[1], other[1]) for other in others})
        both = by_words & by_places
        if len(both) == 1 < len(others):
            found[mine] = both.pop()
    return found


def _top(scores: Mapping[Described, int]) -> set[Described]:
    """Return those of the highest score; all where no score says anything."""
    top = max(scores.values())
    return {other for other, score in scores.items() if score == top or not top}


def _shared(left: Sequence[object], right: Sequence[object]) -> int:
    count = 0
    for mine, other in zip(left, right, strict=False):
        if mine != other:
            break
        count += 1
    return count


def _numbers(olds: list[str], news: list[str]) -> Pairs:
    """Pair `norm1, norm2` with `ln_1, ln_2`: other words, the same numbers in the same order."""
    ours, theirs = _series(olds), _series(news)
    if len(ours) != 1 or len(theirs) != 1:
        return {}
    ((stem, left),) = ours.items()
    ((other, right),) = theirs.items()
    if len(left) != len(right) or len(left) != len(olds) or len(right) != len(news):
        return {}
    if sorted(left) != sorted(right) and stem == other:
        return {}
    if 1 in Counter(numbers[:-1] for numbers in left).values():
        return {}  # the numbers of the layers that hold them tell none of a layer apart
    if _levels_crossed(stem, other, left):
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


def _series(paths: list[str]) -> dict[str, dict[Numbers, str]]:
    series: dict[str, dict[Numbers, str]] = defaultdict(dict)
    for path in paths:
        stems, numbers = [], []
        for segment in path.split("."):
            found = numbered(segment)
            stems.append(f"{found[0]}#" if found else segment)
            if found:
                numbers.append(found[1])
        if numbers:
            series[".".join(stems)][tuple(numbers)] = path
    return series


def _last(path: str) -> str:
    return path.rpartition(".")[2]


def _levels(path: str) -> int:
    return sum(numbered(segment) is not None for segment in path.split("."))


def _in_sequence(old: str, new: str) -> bool:
    """Whether the two may be members of one series: `fc1` and `fc3`, `a` and `c`."""
    last, other = old.rpartition(".")[2], new.rpartition(".")[2]
    before, after = numbered(last), numbered(other)
    if before and after:
        return before[0] == after[0]
    return len(last.rpartition("_")[2]) == 1 == len(other.rpartition("_")[2])


def _numbers_agree(saved: Units, expected: Units, pairs: Mapping[str, str]) -> bool:
    """Whether a layer's number becomes one other number, in all that is under its name."""
    maps: dict[tuple[str, str], dict[Numbers, Numbers]] = defaultdict(dict)
    for old, new in pairs.items():
        ours, theirs = saved[old], expected[new]
        if _levels_crossed(old, new, ours.members):
            return False
        heads, others = _heads(old), _heads(new)
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


def _levels_crossed(old: str, new: str, numbers: Iterable[Numbers]) -> bool:
    """Whether a word counts another level: `heads.#.layers.#` and `layers.#.heads.#`."""
    if sum(len(set(level)) > 1 for level in zip(*numbers, strict=True)) < 2:
        return False
    ours, theirs = _level_words(old), _level_words(new)
    return len(ours) == len(theirs) and any(
        word in there and word not in here
        for at, here in enumerate(theirs)
        for word in ours[at]
        for there in (*theirs[:at], *theirs[at + 1 :])
    )


def _level_words(path: str) -> list[set[str]]:
    """Return the words of each level that is counted, the path down to its number."""
    levels: list[set[str]] = []
    words: set[str] = set()
    for segment in path.split("."):
        words.update(parts(segment))
        if segment.endswith("#") or numbered(segment):
            levels.append(words)
            words = set()
    return levels


def _heads(path: str) -> list[str]:
    """Return the path up to each of its numbers: `["layer.#", "layer.#.conv#"]`."""
    parts = path.split(".")
    return [".".join(parts[: at + 1]) for at, part in enumerate(parts) if part.endswith("#")]


def _names_moved(pairs: Mapping[str, str]) -> tuple[bool, bool]:
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
