"""The ways in which a file may fit a target, where names and shapes leave more than one open.

The outputs that are expected of examples tell which is right: each way is tried, and the one that
gives them is taken. The first are those that the evidence of names and places allows, the others
those that it speaks against: equal-shaped layers exchanged, square matrices the other way round.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, combinations, permutations, product
from math import factorial, prod
from typing import Final

from loadstone.core.classes import dataclass, replace
from loadstone.core.edits import Concatenate, Reshape, Split, TensorEdit, Transpose
from loadstone.core.facts import Trials
from loadstone.core.words import count
from loadstone.statedict.align import Pairs, align
from loadstone.statedict.computed import compute
from loadstone.statedict.layout import Found, Tensors, done, pairs_of
from loadstone.statedict.match import Match, by_names, match, with_found
from loadstone.statedict.norms import along_others
from loadstone.statedict.search import Reading, Side, Sides, by_module, readings, search, tie

MOST: Final = 128  # ways that are tried, of the likely ones and of the others: five equal siblings
Class = tuple[list[str], list[str]]  # units of one signature, of the file and of the target


@dataclass(frozen=True, slots=True)
class Ways:
    """Complete matches, in the order in which they are tried."""

    likely: tuple[Match, ...] = ()  # the evidence allows them
    others: tuple[Match, ...] = ()  # it speaks against them
    beyond: bool = False  # whether there are more than are tried

    def __getitem__(self, at: int) -> Match:
        return (*self.likely, *self.others)[at]


def ways(
    saved: Tensors, expected: Tensors, *, kinds: Mapping[str, str], aliases: Mapping[str, str]
) -> Ways:
    """Return the ways in which every tensor of `expected` has one of `saved`.

    What `match` is sure of comes first. Where that rests on a convention, what departs from the
    convention is as likely.
    """
    base = match(saved, expected, kinds=kinds, aliases=aliases)
    making = _Making(saved, expected, kinds, aliases)
    if not base.complete:
        return Ways(tuple(making.open()), tuple(making.freed(None)), making.beyond)
    if any(step.kind == "normed" for step in base.steps):
        return Ways((base, *_along_others(base, saved)))
    found = search(making.start.tensors, expected, kinds=kinds, aliases=aliases)
    making.seen.add(_key(found))
    if any(step.convention for step in base.steps):
        likely = (base, *making.varied(found))
        return Ways(likely, tuple(making.freed(found)), making.beyond)
    varied = tuple(making.varied(found))
    return Ways((base,), (*varied, *making.freed(found)), making.beyond)


def _along_others(base: Match, saved: Tensors) -> list[Match]:
    """Return the match with spectral norms along the other axis, where shapes do not tell."""
    steps = tuple(
        replace(step, edits=tuple(along_others(step.edits, saved)))
        if step.kind == "normed" and step.convention
        else step
        for step in base.steps
    )
    return [] if steps == base.steps else [replace(base, steps=steps)]


def settled(
    saved: Tensors,
    expected: Tensors,
    trials: Trials,
    *,
    kinds: Mapping[str, str],
    aliases: Mapping[str, str],
) -> Match:
    """Return the one way that gives the outputs expected of examples.

    Without one it is what `match` says, with why it is not decided; what the outputs speak against
    is then no proof.
    """
    told = _told(trials)
    base = match(saved, expected, kinds=kinds, aliases=aliases)
    if len(trials.right) == 1:
        chosen = ways(saved, expected, kinds=kinds, aliases=aliases)[trials.right[0]]
        steps = [
            replace(step, proof=_joined(step.proof, told), convention="") for step in chosen.steps
        ]
        return replace(chosen, steps=tuple(steps), witnessed=told, chosen=True)
    refuted = base.complete and not trials.weak and 0 not in (*trials.right, *trials.near)
    steps = [
        replace(step, convention=_joined(step.convention, told))
        if refuted or step.convention
        else step
        for step in base.steps
    ]
    return replace(base, steps=tuple(steps), witnessed=told)


def _joined(*parts: str) -> str:
    return "; ".join(part for part in parts if part)


def _told(trials: Trials) -> str:
    """Say what the outputs of the examples decide."""
    outputs = f"the outputs expected of {count(trials.examples, 'example')}"
    if trials.weak:
        return f"{outputs} hold too few numbers that are not whole to tell ways apart"
    more = ", and there are more than are tried" if trials.beyond else ""
    tried = f"{count(trials.tried, 'way')} to pair what has equal shapes"
    if len(trials.right) == 1:
        alone = f"alone of {tried}, it" if trials.tried > 1 else "it"
        if trials.result == "close":
            apart = "; every other is 100 times as far off" if trials.tried > 1 else ""
            return f"{alone} gives {outputs} to {trials.off:.1g}{apart}{more}"
        return f"witnesses {trials.result}: {alone} gives {outputs}{more}"
    if trials.right:
        return f"{len(trials.right):,} of {tried} give {outputs}, which do not tell them apart"
    return f"none of {tried} gives {outputs}{more}"


class _Making:
    """Makes the ways of one file into one target, each once."""

    def __init__(
        self,
        saved: Tensors,
        expected: Tensors,
        kinds: Mapping[str, str],
        aliases: Mapping[str, str],
    ) -> None:
        self.start = by_names(saved, expected)
        self.expected = expected
        self.sides = Sides(self.start.tensors, expected, kinds, aliases)
        self.seen: set[object] = set()
        self.beyond = False

    def open(self) -> list[Match]:
        """Return what the evidence leaves open, in each reading in which it is little enough."""
        made: list[Match] = []
        for side in self.sides.each():
            in_order = by_module(side.left)
            for reading in readings(side.left, side.right):
                told = align(
                    reading.old, reading.new, reading.ours, reading.theirs, in_order=in_order
                )
                choices = self._choices(reading, told.pairs, MOST - len(made))
                made += self._made(side, reading, choices)
        return made

    def freed(self, base: Found | None) -> list[Match]:
        """Return every pairing of equal shapes, or, of too many, those that exchange two units."""
        made: list[Match] = []
        for side in self.sides.each():
            for reading in readings(side.left, side.right):
                room = MOST - len(made)
                choices = self._choices(reading, {}, room)
                if choices is None and base is not None:
                    choices = _exchanges(reading, _of_units(reading, base), room)
                made += self._made(side, reading, choices)
        return made

    def varied(self, base: Found) -> list[Match]:
        """Return the same pairs with square matrices turned, and rows in another order."""
        side = Side(self.start.tensors, self.expected, {}, {})
        return list(self._complete(side, list(_variants(base, side, self.sides.kinds))[:MOST]))

    def _choices(self, reading: Reading, known: Pairs, room: int) -> Sequence[Pairs] | None:
        """Return every way to pair what is not `known`, None where there are more than `room`."""
        classes = _left(reading, known)
        if classes is None:
            return ()
        if prod(factorial(len(olds)) for olds, _ in classes) > room:
            self.beyond = True
            return None
        orders = product(*(permutations(news) for _, news in classes))
        olds = [old for olds, _ in classes for old in olds]
        return [known | dict(zip(olds, chain(*order), strict=True)) for order in orders]

    def _made(
        self, side: Side, reading: Reading, choices: Sequence[Pairs] | None
    ) -> Iterator[Match]:
        laid: list[Found] = []
        for chosen in choices or ():
            pairs = list(pairs_of(reading.old, reading.new, chosen))
            found = done(pairs, side.left, side.right, self.sides.kinds)
            if found is not None:
                laid.append(found)
                continue
            squares = dict.fromkeys({*self.sides.kinds.values(), ""}, False)
            found = done(pairs, side.left, side.right, self.sides.kinds, squares)
            if found is not None:
                laid += [found, *_variants(found, side, self.sides.kinds)]
        if len(laid) > MOST:
            self.beyond = True
            return
        yield from self._complete(side, laid)

    def _complete(self, side: Side, laid: Sequence[Found]) -> Iterator[Match]:
        for found in laid:
            if _key(found) in self.seen:
                continue
            self.seen.add(_key(found))
            tie(found, side)
            compute(found, self.start.tensors, self.expected)
            made = with_found(self.start, found, self.expected)
            if made is not None and made.complete:
                yield made


def _key(found: Found) -> object:
    """Return what two ways that do the same have alike."""
    return frozenset(found.names.items()), frozenset(found.turned), str(found.fused)


def _left(reading: Reading, known: Pairs) -> list[Class] | None:
    """Return the units that are open, by signature; None where one side has more of one."""
    taken = set(known.values())
    classes: dict[object, Class] = defaultdict(lambda: ([], []))
    for path, held in reading.ours.items():
        if path not in known:
            classes[held][0].append(path)
    for path, held in reading.theirs.items():
        if path not in taken:
            classes[held][1].append(path)
    if any(len(olds) != len(news) for olds, news in classes.values()):
        return None
    return list(classes.values())


def _of_units(reading: Reading, found: Found) -> Pairs:
    """Return the pairs of units that the names of single tensors are of; {} where they are not."""
    theirs = {
        key: path
        for path, unit in reading.new.items()
        for roles in unit.members.values()
        for keys in roles.values()
        for key in keys
    }
    pairs = {}
    for path, unit in reading.old.items():
        (first, *_) = (keys[0] for roles in unit.members.values() for keys in roles.values())
        if found.names.get(first) not in theirs:
            return {}
        pairs[path] = theirs[found.names[first]]
    return pairs if len(set(pairs.values())) == len(reading.new) else {}


def _exchanges(reading: Reading, base: Pairs, room: int) -> Sequence[Pairs] | None:
    """Return `base` with two units of one signature exchanged, None where that is too many."""
    alike: dict[object, list[str]] = defaultdict(list)
    for path in base:
        alike[reading.ours[path]].append(path)
    twos = [two for paths in alike.values() for two in combinations(paths, 2)]
    if len(twos) > room:
        return None
    return [base | {one: base[other], other: base[one]} for one, other in twos]


def _variants(found: Found, side: Side, kinds: Mapping[str, str]) -> Iterator[Found]:
    """Yield what else may be done with the same pairs: squares turned by kind, rows reordered."""
    squares: dict[str, list[str]] = defaultdict(list)
    for old, new in (*found.names.items(), *found.fused_rows):
        if old not in side.left or new not in side.right:
            continue
        shape, kind = side.left[old].shape, kinds.get(new.rpartition(".")[0], "")
        if len(shape) == 2 and shape == shape[::-1] != (1, 1) and "Embedding" not in kind:
            squares[kind].append(old)
    groups = [tuple(dict.fromkeys(keys)) for keys in squares.values()]
    turns = [
        frozenset(chain(*chosen))
        for size in range(len(groups) + 1)
        for chosen in combinations(groups, size)
        if size <= 1 or size == len(groups)
    ]
    parts = max((len(_parts(edit)) for edit in found.fused), default=0)
    for turned, order in product(turns, permutations(range(parts))):
        if turned or list(order) != list(range(parts)):
            yield _varied(found, side.right, turned, order)


def _parts(edit: TensorEdit) -> tuple[str, ...]:
    return edit.keys if isinstance(edit, Concatenate) else tuple(getattr(edit, "into", ()))


def _varied(found: Found, right: Tensors, other: frozenset[str], order: tuple[int, ...]) -> Found:
    """Return the same with the matrices `other` the other way round, and the parts in `order`."""
    turned = tuple(sorted(set(found.turned) ^ other))
    layout: list[TensorEdit] = [Transpose(turned)] if turned else []
    layout += [edit for edit in found.layout if isinstance(edit, Reshape)]
    fused = tuple(_reordered(edit, right, order) for edit in found.fused)
    proof = "square matrices may lie either way round" if other else found.layout_proof
    return replace(found, turned=turned, layout=tuple(layout), fused=fused, layout_proof=proof)


def _reordered(edit: TensorEdit, right: Tensors, order: tuple[int, ...]) -> TensorEdit:
    parts = _parts(edit)
    if len(parts) != len(order):
        return edit
    names = [parts[at] for at in order]
    if isinstance(edit, Concatenate):
        return replace(edit, keys=tuple(names))
    if isinstance(edit, Split):
        return replace(edit, into={name: right[name].shape[0] for name in names})
    return edit
