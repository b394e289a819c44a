"""Files whose names and layouts were changed as people change them: right, declined or wrong.

`python -m bench matching`. A file is right where every tensor of the target gets the numbers that
truly are its own, whole and the right way round; wrong where all are given and one is not. Peers
see the same names and shapes. transformers has to be installed for its classes (`pip install
transformers`); without it only the nets written here are measured.
"""

from __future__ import annotations

import json
import random
import time
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from bench._distortions import DISTORTIONS, Case, Source, source, untouched
from bench._nets import RENAMINGS, hand_made, transformers_nets
from scipy.optimize import linear_sum_assignment

from loadstone.core.facts import Target, TensorFact
from loadstone.statedict.edited import Edited, edited
from loadstone.statedict.match import Match, match
from loadstone.statedict.ways import ways

_SETTLED = 200  # tensors of the files of which it is asked what outputs could settle
Outcome = str  # "right", "declined", "wrong"


@dataclass
class Verdicts:
    """How each contender did, by distortion; a table for the terminal, and as JSON."""

    title: str
    nets: int
    counts: dict[str, dict[str, Counter[str]]] = field(default_factory=dict)
    seconds: list[tuple[int, float]] = field(default_factory=list)
    settled: Counter[str] = field(default_factory=Counter)  # what outputs could tell
    examples: list[str] = field(default_factory=list)

    def add(self, case: Case, outcomes: dict[str, Outcome]) -> None:
        """Take in one case."""
        kind = "declines" if case.declines else "decidable" if case.decidable else "open"
        for name, outcome in outcomes.items():
            by = self.counts.setdefault(name, defaultdict(Counter))
            by[case.what][f"{kind} {outcome}"] += 1

    def total(self, name: str) -> Counter[str]:
        """Return the sums over all distortions."""
        return sum(self.counts[name].values(), Counter())

    def text(self) -> str:
        """Return the table for the terminal."""
        lines = [self.title]
        heads = "decidable  right   open  right  declines   wrong"
        lines.append(f"{'loadstone, by what was done':34} {heads}")
        for what, counts in self.counts["loadstone"].items():
            lines.append(f"{what:34} {_figures(counts)}")
        lines.append(f"{'':34} {heads}")
        lines += [f"{name:34} {_figures(self.total(name))}" for name in self.counts]
        told = ", ".join(f"{number:,} {what}" for what, number in self.settled.items())
        lines.append(f"with outputs: {told}")
        slowest = max(self.seconds, key=lambda item: item[1])
        lines.append(f"slowest: {slowest[1]:.3f} s, {slowest[0]:,} tensors")
        return "\n".join([*lines, *self.examples])

    def to_json(self) -> dict[str, Any]:
        """Return the counts."""
        counts = json.loads(json.dumps(self.counts))
        return {"title": self.title, "counts": counts, "settled": dict(self.settled)}


def _figures(counts: Counter[str]) -> str:
    sums = {
        kind: sum(n for key, n in counts.items() if key.startswith(kind))
        for kind in ("decidable", "open", "declines")
    }
    wrong = sum(n for key, n in counts.items() if key.endswith("wrong"))
    decidable, right = sums["decidable"], counts["decidable right"]
    share = f"{right / decidable:7.2%}" if decidable else f"{'':7}"
    left = f"{sums['open']:5,} {counts['open right']:6,} {sums['declines']:9,} {wrong:7,}"
    return f"{decidable:9,} {share}  {left}"


def cases(nets: list[Target], rounds: int = 1) -> Iterator[Case]:
    """Return every net with everything that can happen to it."""
    for net in nets:
        for what, distort in DISTORTIONS.items():
            for turn in range(rounds):
                seed = zlib.crc32(f"{net.reference} {what} {turn}".encode())
                case = untouched(net)
                case.what = what
                if distort(case, random.Random(seed)) and not _fits(case):
                    yield case


def _fits(case: Case) -> bool:
    """Whether nothing is to be done: the names and shapes are those of the target."""
    same = case.saved.keys() == case.target.keys()
    return same and all(case.saved[key].shape == case.target[key].shape for key in case.saved)


def judged(case: Case, given: dict[str, Source] | None) -> Outcome:
    """Compare what a contender gives each tensor of the target with the truth."""
    if given is None:
        return "declined"
    right = not case.declines and all(given.get(key) == case.truth[key] for key in case.target)
    return "right" if right else "wrong"


def loadstone(case: Case) -> dict[str, Source] | None:
    target = case.target
    result = match(case.saved, target, kinds=target.modules, aliases=target.aliases)
    return _after(case, result) if result.complete else None


def _after(case: Case, result: Match) -> dict[str, Source]:
    after = edited(case.saved, [edit for step in result.steps for edit in step.edits])
    return {key: _given(after, key) for key in after.tensors}


def _ways(case: Case) -> Iterator[Match]:
    target = case.target
    found = ways(case.saved, target, kinds=target.modules, aliases=target.aliases)
    yield from (*found.likely, *found.others)


def _given(after: Edited, key: str) -> Source:
    how = after.made.get(key)
    if how is None:
        return source(after.tensors[key])
    if how.norm:
        return (how.norm, *map(source, how.parts))
    return ("parts", *map(source, how.parts)) if how.parts else ("fill", how.fill)


def strict(case: Case) -> dict[str, Source] | None:
    """`load_state_dict`: the names and the shapes are those of the target, or it raises."""
    return {key: source(fact) for key, fact in case.saved.items()} if _fits(case) else None


def not_strict(case: Case) -> dict[str, Source] | None:
    """`load_state_dict(strict=False)`: raises for shapes only; what has no name stays random."""
    shared = [key for key in case.saved if key in case.target]
    if any(case.saved[key].shape != case.target[key].shape for key in shared):
        return None
    return {key: source(case.saved[key]) for key in shared}


def in_order(case: Case) -> dict[str, Source] | None:
    """Timm's `remap_state_dict`: tensor by tensor in order, reshaped where the number is equal."""
    given = {}
    if len(case.saved) < len(case.target):
        return None  # its strict load refuses what comes out
    for (key, wanted), fact in zip(case.target.items(), case.saved.values(), strict=False):
        if wanted.count != fact.count:
            return None
        given[key] = source(_reshaped(fact, wanted.shape))
    return given


def _reshaped(fact: TensorFact, shape: tuple[int, ...]) -> TensorFact:
    from bench._distortions import placed

    assert fact.extent is not None
    return placed("", TensorFact(fact.dtype, shape), fact.extent.storage)


def from_pretrained(case: Case) -> dict[str, Source] | None:
    """Rename keys by the table that transformers has for the class; what is missing is random.

    What it would compute of several tensors, which needs their numbers, is counted as declined.
    """
    from transformers.core_model_loading import WeightConverter, WeightRenaming, rename_source_key

    mapping, prefix = RENAMINGS[case.net]
    kinds = WeightRenaming, WeightConverter
    renamings, converters = ([item for item in mapping if type(item) is kind] for kind in kinds)
    given = {}
    for key, fact in case.saved.items():
        new, computed = rename_source_key(key, renamings, converters, prefix, case.target.tensors)
        if new not in case.target and key in case.target:
            new, computed = rename_source_key(key, [], [], prefix, case.target.tensors)
        if new in case.target:
            if computed is not None or fact.shape != case.target[new].shape:
                return None
            given[new] = source(fact)
    return given


def assigned(case: Case) -> dict[str, Source] | None:
    """Pair tensors of equal shapes with scipy's `linear_sum_assignment`, by what looks alike.

    The cost is what the names' groups of three letters do not share (cosine), and how far apart
    the places in the two lists are. It gives the cheapest pairing, whether or not it is the only
    one; it declines where the file has too few of a shape.
    """
    given: dict[str, Source] = {}
    shapes: dict[tuple[int, ...], tuple[list[str], list[str]]] = {}
    for side, tensors in enumerate((case.saved, case.target.tensors)):
        for key, fact in tensors.items():
            shapes.setdefault(fact.shape, ([], []))[side].append(key)
    places = [
        {key: at / len(side) for at, key in enumerate(side)}
        for side in (case.saved, case.target.tensors)
    ]
    for ours, theirs in shapes.values():
        if len(ours) < len(theirs):
            return None
        apart = np.subtract.outer(
            [places[0][key] for key in ours], [places[1][key] for key in theirs]
        )
        rows, columns = linear_sum_assignment(np.abs(apart) - _alike(ours, theirs))
        given |= {
            theirs[to]: source(case.saved[ours[at]]) for at, to in zip(rows, columns, strict=True)
        }
    return given


def _alike(ours: list[str], theirs: list[str]) -> np.ndarray:
    """Return the cosine between the counts of three letters in a row, of every two keys."""
    letters: dict[str, int] = {}
    counts = [
        Counter(letters.setdefault(f"  {key}"[at : at + 3], len(letters)) for at in range(len(key)))
        for key in (*ours, *theirs)
    ]
    made = np.zeros((len(counts), len(letters)))
    for row, held in enumerate(counts):
        made[row, list(held)] = list(held.values())
    made /= np.maximum(np.linalg.norm(made, axis=1, keepdims=True), 1e-9)
    result: np.ndarray = made[: len(ours)] @ made[len(ours) :].T
    return result


CONTENDERS: dict[str, Callable[[Case], dict[str, Source] | None]] = {
    "loadstone": loadstone,
    "torch, strict": strict,
    "torch, strict=False": not_strict,
    "timm, remap_state_dict": in_order,
    "transformers, from_pretrained": from_pretrained,
    "scipy, linear_sum_assignment": assigned,
}


def measured(nets: list[Target], rounds: int = 1) -> Verdicts:
    """Return what every contender made of every case."""
    result = Verdicts("", len(nets))
    number = 0
    for case in cases(nets, rounds):
        number += 1
        outcomes = {}
        for name, contender in CONTENDERS.items():
            if contender is from_pretrained and case.net not in RENAMINGS:
                continue
            begin = time.perf_counter()
            given = contender(case)
            if name == "loadstone":
                result.seconds.append((len(case.saved), time.perf_counter() - begin))
            outcomes[name] = judged(case, given)
        result.add(case, outcomes)
        ours = outcomes["loadstone"]
        if ours == "declined" and not case.declines and len(case.saved) <= _SETTLED:
            told = any(judged(case, _after(case, way)) == "right" for way in _ways(case))
            result.settled[f"{'decidable' if case.decidable else 'open'}, right way tried"] += told
            result.settled["declined"] += 1
        if ours == "wrong" or (ours == "declined" and case.decidable and not case.declines):
            result.examples.append(f"{ours}: {case.what}: {case.net}")
    result.title = f"matching: {number:,} cases, {len(nets)} nets"
    return result


def tables(*, quick: bool) -> list[Verdicts]:
    """Return the table of all nets."""
    nets = [*hand_made(), *transformers_nets(20 if quick else None)]
    result = measured(nets)
    result.examples = [line for line in result.examples if line.startswith("wrong")]
    return [result]
