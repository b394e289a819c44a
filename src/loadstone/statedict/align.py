"""Pair the units of two state dicts where the evidence leaves one answer.

What shapes leave open is told by names, by the place in the tree of modules, by what stands beside
it, and by numbers. Each of these only counts where it points from one unit to one other, in both
directions, and no other evidence points elsewhere; what is then open stays open.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from loadstone.core.classes import dataclass, field
from loadstone.statedict.agreement import names_moved, numbers_agree, words_near
from loadstone.statedict.counted import counted_otherwise
from loadstone.statedict.described import bests, grouped, telling_words
from loadstone.statedict.laid import laid_otherwise
from loadstone.statedict.places import Places, toward
from loadstone.statedict.series import by_numbers, in_sequence, last_word, level_count
from loadstone.statedict.units import Units
from loadstone.statedict.words import BESIDE, FAMILIES, NAMED, contrary, says_more, tail

Signatures = Mapping[str, object]  # of the units of one side, by their paths
Pairs = dict[str, str]
_COMPARED: Final = 256  # so many units of one signature are compared with each other by words


@dataclass(slots=True)
class Alignment:
    """Which unit of the file is which of the target, and what told so."""

    pairs: Pairs = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)  # unit of the file to the evidence
    open: list[tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=list)
    # of an alignment that leaves nothing open
    ordered: bool = True  # whether the numbers of all pairs agree with each other
    moved: bool = False  # whether a name that both sides have is another's now
    exchanged: bool = False  # whether two have each other's names
    doubtful: bool = False  # whether other words, numbers or orders of rows fit as well

    @property
    def complete(self) -> bool:
        """Whether every unit of both sides has its one counterpart."""
        return not self.open and self.ordered and not (self.exchanged or self.doubtful)


def align(
    saved: Units, expected: Units, ours: Signatures, theirs: Signatures, *, in_order: bool
) -> Alignment:
    """Return the pairs that are told apart; `in_order`: the file lists module by module."""
    search = _Search(saved, expected, ours, theirs)
    search.in_order = in_order and search.in_order
    search.run()
    result = search.result
    result.open = [(tuple(olds), tuple(news)) for olds, news in search.classes() if olds or news]
    if not result.open:  # else it is no answer, whether or not its pairs agree
        result.ordered = numbers_agree(saved, expected, result.pairs)
        result.moved, result.exchanged = names_moved(result.pairs)
        result.doubtful = (
            words_near(result.pairs, ours)
            or counted_otherwise(saved, expected, result.pairs, ours)
            or laid_otherwise(result.pairs)
        )
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
        self.places = Places(saved, ours), Places(expected, theirs)
        self.words = [saved.words, expected.words]
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
                    alone = len(self._alike(olds[0])) == 1
                    against = not alone and contrary(
                        self.saved[olds[0]].said, self.expected[news[0]].said
                    )
                    if (
                        olds[0] not in self.refused
                        and not against
                        and self._may_remain(olds[0], news[0])
                    ):
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
        return not (
            in_sequence(old, new)
            or any(
                last_word(path) == last_word(to) or says_more(last_word(path), last_word(to))
                for path, to in told
            )
        )

    def _by_evidence(self, olds: list[str], news: list[str]) -> None:
        points: dict[str, dict[str, str]] = defaultdict(dict)  # old to new to the evidence
        for name, evidence in (
            ("names", _same_paths(olds, news)),
            ("names", self._families(olds, news)),
            ("numbers", by_numbers(olds, news)),
            ("names and places", self._described(olds, news)),
            ("neighbours", self._neighbours(olds, news)),
        ):
            for old, new in evidence.items():
                named = name == "names" or self._among_all(old) == new
                fit = len(olds) == len(self._alike(old)) or level_count(old) == level_count(new)
                counted = name == "numbers" and not self.in_order and fit
                if not (named or counted or self._may_remain(old, new)):
                    continue
                if contrary(self.saved[old].said, self.expected[new].said):
                    self.refused.add(old)
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
        if len(olds) == 1 == len(news):
            return {olds[0]: news[0]}
        words = [
            {path: known[path] for path in paths}
            for known, paths in zip(self.words, (olds, news), strict=True)
        ]
        telling = telling_words(words[0].values()) & telling_words(words[1].values())
        ours, theirs = (
            grouped({p: (said & telling, places.around(p)) for p, said in side.items()})
            for side, places in zip(words, self.places, strict=True)
        )
        if max(len(ours), len(theirs)) > _COMPARED:
            found = {old[0]: theirs[held][0] for held, old in ours.items() if held in theirs}
            alone = {held[0] for held in ours.values() if len(held) == 1}
            single = {held[0] for held in theirs.values() if len(held) == 1}
            return {o: n for o, n in found.items() if o in alone and n in single}
        forth, back = bests(ours, theirs), bests(theirs, ours)
        pairs = {}
        for held, other in forth.items():
            if back.get(other) == held and len(ours[held]) == 1 == len(theirs[other]):
                pairs[ours[held][0]] = theirs[other][0]
        return pairs

    def _families(self, olds: list[str], news: list[str]) -> Pairs:
        """Pair by the known names of all the norms of a block."""
        found: Pairs = {}
        blocks = _by_block(olds), _by_block(news)
        for rows in FAMILIES if all(blocks) else ():
            ours = _by_row(blocks[0], rows, self.saved)
            theirs = _by_row(blocks[1], rows, self.expected)
            if len(ours) == 1 == len(theirs):
                for mine, other in zip(*ours.values(), *theirs.values(), strict=True):
                    found |= self._described(mine, other)
        return found

    def _neighbours(self, olds: list[str], news: list[str]) -> Pairs:
        """Pair what is the only one of its kind near what is paired already."""
        ours, theirs = self.places
        forth = toward(olds, news, ours, theirs)
        back = toward(news, olds, theirs, ours)
        return {old: new for old, new in forth.items() if back.get(new) == old}


def _by_block(paths: list[str]) -> dict[str, dict[str, str]]:
    """Return the paths by block and name, where some are called as a family is, else nothing."""
    names = {path: tail(path) for path in paths}
    blocks: dict[str, dict[str, str]] = {}
    if NAMED.isdisjoint(names.values()):
        return blocks
    for path, name in names.items():
        blocks.setdefault(path.removesuffix(name), {})[name] = path
    return blocks


def _by_row(
    blocks: Mapping[str, Mapping[str, str]], rows: tuple[tuple[str, ...], ...], units: Units
) -> dict[tuple[str, ...], list[list[str]]]:
    """Return the paths of the blocks whose layers are called as a row says, by the names in it."""
    found: dict[tuple[str, ...], list[list[str]]] = {}
    for block, names in blocks.items():
        row = next((row for row in rows if set(row) == set(names)), None)
        if row and all(block + BESIDE[name] in units for name in row if name in BESIDE):
            of = found.setdefault(row, [[] for _ in row])
            for at, name in enumerate(row):
                of[at].append(names[name])
    return found


def _same_paths(olds: list[str], news: list[str]) -> Pairs:
    there = set(news)
    return {path: path for path in olds if path in there}
