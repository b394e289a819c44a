"""Bring the keys of a state dict together with those a target expects, where it is provable.

Names, shapes, dtypes and kinds of modules in, edits out. Each step states its proof, and none is
taken that leaves two answers open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from itertools import combinations
from types import MappingProxyType
from typing import Final, Literal

from loadstone.core.classes import dataclass
from loadstone.core.edits import DropKeys, RenameKeys, TensorEdit
from loadstone.core.facts import TensorFact
from loadstone.statedict import norms
from loadstone.statedict.edited import CannotApplyError, edited
from loadstone.statedict.layout import Found, Tensors
from loadstone.statedict.search import search
from loadstone.statedict.series import backwards

FOLDED: Final = "computed by torch's own function, as its layer does before each forward"
PARTED: Final = "`g` is `‖v‖`, so that `g·v/‖v‖` is the weight, to rounding"
LOSSES: Final = frozenset(
    ("loss", "losses", "loss_fn", "loss_func", "loss_function", "criterion", "criteria")
)
BIJECTION: Final = "bijection of names with all shapes equal"
StepKind = Literal[
    "wrapper", "prefix", "normed", "loss", "layout", "renamed", "fused", "computed", "tied"
]
_NONE: Final[Mapping[str, str]] = MappingProxyType({})

WRAPPERS: Final[dict[str, str]] = {
    "module": "torch.nn.DataParallel or DistributedDataParallel",
    "_orig_mod": "torch.compile",
    "_fsdp_wrapped_module": "FullyShardedDataParallel",
    "_checkpoint_wrapped_module": "activation checkpointing",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One cause of differing names or layouts, and the edits that undo it."""

    kind: StepKind
    edits: tuple[TensorEdit, ...]
    renames: tuple[tuple[str, str], ...]  # saved key, expected key; "" where there is none
    proof: str
    words: tuple[str, ...] = ()  # the wrapper segments, the prefixes, the modules
    convention: str = ""  # what the proof rests on beside names and shapes; "" where on nothing

    @property
    def edit(self) -> TensorEdit:
        """The one edit of a step that takes one."""
        (edit,) = self.edits
        return edit


@dataclass(frozen=True, slots=True)
class Match:
    """How far the names and shapes of a state dict fit a target, and by which steps."""

    steps: tuple[Step, ...]
    tensors: Tensors  # of the file, under the names after all steps
    missing: tuple[str, ...]
    unexpected: tuple[str, ...]
    mismatched: tuple[str, ...]  # same name, other shape
    witnessed: str = ""  # what the outputs expected of examples say of the ways to fit
    chosen: bool = False  # whether they choose these steps

    @property
    def complete(self) -> bool:
        """Whether every expected tensor is there under its name and shape, and nothing else."""
        return not (self.missing or self.unexpected or self.mismatched)

    def renamed_beyond_proof(self, expected: Tensors) -> bool:
        """Whether the same shapes are left over on both sides, under other names."""
        left = Counter(self.tensors[key].shape for key in self.unexpected)
        return bool(left) and left == Counter(expected[key].shape for key in self.missing)


def match(
    saved: Tensors,
    expected: Tensors,
    *,
    kinds: Mapping[str, str] = _NONE,
    aliases: Mapping[str, str] = _NONE,
) -> Match:
    """Return the steps that turn the names and layouts of `saved` into those of `expected`.

    `kinds` are the classes of the target's modules by their paths, `aliases` its tied parameters.
    """
    result = by_names(saved, expected)
    if result.complete:
        return result
    found = search(result.tensors, expected, kinds=kinds, aliases=aliases)
    result = with_found(result, found, expected) or result
    other = None if result.complete else _by_norms(saved, expected, kinds, aliases)
    return other if other is not None and other.complete else _without_loss(result, expected)


def _without_loss(match: Match, expected: Tensors) -> Match:
    """Return the match without the tensors of a loss, where they are all that is too many."""
    of_loss = [key for key in match.unexpected if LOSSES.intersection(key.split(".")[:-1])]
    if not of_loss or len(of_loss) < len(match.unexpected) or match.missing or match.mismatched:
        return match
    edit = DropKeys(tuple(of_loss))
    rows = tuple((key, "") for key in of_loss)
    step = Step("loss", (edit,), rows, "every tensor of the target is kept")
    return _compared((*match.steps, step), edited(match.tensors, [edit]).tensors, expected)


def _by_norms(
    saved: Tensors, expected: Tensors, kinds: Mapping[str, str], aliases: Mapping[str, str]
) -> Match | None:
    """Match with the weights as they are, where only one side holds them as parts of a norm."""
    ours, theirs = norms.normed(saved), norms.normed(expected)
    only_ours = {plain: item for plain, item in ours.items() if plain not in theirs}
    only_theirs = {plain: item for plain, item in theirs.items() if plain not in ours}
    if not (only_ours or only_theirs) or any(i.norm != "weight" for i in only_theirs.values()):
        return None  # the vectors of a spectral norm are nowhere
    folds, convention = norms.fold(only_ours, kinds)
    parts = norms.part(only_theirs, expected) if only_theirs else []
    rows = tuple(norms.rows(only_ours)), tuple((new, old) for old, new in norms.rows(only_theirs))
    before = Step("normed", tuple(folds), rows[0], FOLDED, convention=convention)
    after = Step("normed", tuple(parts), rows[1], PARTED)
    try:
        plain = edited(expected, norms.fold(only_theirs, {})[0]).tensors
        found = match(edited(saved, folds).tensors, plain, kinds=kinds, aliases=aliases)
        steps = (*[before] * bool(folds), *found.steps, *[after] * bool(parts))
        tensors = edited(saved, [edit for step in steps for edit in step.edits]).tensors
    except CannotApplyError:
        return None
    return _compared(steps, tensors, expected)


def by_names(saved: Tensors, expected: Tensors) -> Match:
    """Return how far wrappers and a prefix bring the names together."""
    steps: list[Step] = []
    current = dict(saved)
    for find in (_wrapper, _prefix):
        if all(key in current for key in expected):
            break
        step = find(current, expected)
        if step:
            steps.append(step)
            current = dict(edited(current, step.edits).tensors)
    return _compared(steps, current, expected)


def with_found(match: Match, found: Found, expected: Tensors) -> Match | None:
    """Return the match with what was found beyond it, None where the edits do not fit."""
    try:
        more = list(_steps(found, match.tensors, expected))
        after = edited(match.tensors, [edit for step in more for edit in step.edits]).tensors
    except CannotApplyError:
        return None
    return _compared([*match.steps, *more], after, expected)


def _compared(
    steps: Iterable[Step],
    current: Tensors,
    expected: Tensors,
) -> Match:
    return Match(
        steps=tuple(steps),
        tensors=current,
        missing=tuple(key for key in expected if key not in current),
        unexpected=tuple(key for key in current if key not in expected),
        mismatched=tuple(
            key for key in expected if key in current and current[key].shape != expected[key].shape
        ),
    )


def _steps(found: Found, current: Tensors, expected: Tensors) -> Iterable[Step]:
    """Return what was found as steps, in the order in which they are done."""
    if found.layout:
        keys = dict.fromkeys([*found.turned, *found.reshaped])
        rows = tuple((key, found.names.get(key, key)) for key in keys)
        convention = found.layout_convention
        yield Step("layout", found.layout, rows, found.layout_proof, convention=convention)
    changed = {old: new for old, new in found.names.items() if old != new}
    if changed:
        left = {key: current[key] for key in changed}
        right = {key: expected[key] for key in changed.values()}
        words = _exchanged_name(left, right) or _module_words(changed)
        proof = found.proof
        if len(words) == 2:
            proof = f"one name exchanged; {proof}"
        yield Step("renamed", (RenameKeys(names=changed),), tuple(changed.items()), proof, words)
    if found.fused:
        yield Step("fused", found.fused, found.fused_rows, found.proof, convention=found.convention)
    if found.computed:
        yield Step("computed", found.computed, found.computed_rows, "every trained tensor is kept")
    if found.tied:
        yield Step("tied", found.tied, found.tied_rows, "the target holds them as one parameter")


def _module_words(names: Mapping[str, str]) -> tuple[str, ...]:
    pairs = {
        (old.rpartition(".")[0] or old, new.rpartition(".")[0] or new) for old, new in names.items()
    }
    return tuple(word for pair in sorted(pairs) for word in pair)


def _collides(saved: Tensors, rename: Callable[[str], str]) -> bool:
    return len({rename(key) for key in saved}) < len(saved)


def _wrapper(saved: Tensors, expected: Tensors) -> Step | None:
    """Return the removal of wrapper segments that makes the most names fit, if any helps."""
    parts = {part for key in saved for part in key.split(".")[:-1]}
    present = [name for name in WRAPPERS if name in parts]
    best, best_fit = None, sum(key in expected for key in saved)
    for size in range(1, len(present) + 1):
        for chosen in combinations(present, size):
            edit = RenameKeys(strip_segments=chosen)
            fit = sum(edit(key) in expected for key in saved)
            if fit > best_fit and not _collides(saved, edit):
                best, best_fit = edit, fit
    if best is None:
        return None
    renames = tuple((key, best(key)) for key in saved if best(key) != key)
    return Step("wrapper", (best,), renames, BIJECTION, best.strip_segments)


def _prefix(saved: Tensors, expected: Tensors) -> Step | None:
    """Return the one prefix whose removal, addition or exchange makes the most keys fit.

    More than half have to fit by name and shape. What then does not is a cause of its own: a head
    of another size, a loss that was saved beside the model.
    """
    if not saved or not expected or any(key in expected for key in saved):
        return None
    best, best_fit = None, min(len(saved), len(expected)) // 2
    for edit in _prefix_edits(list(saved), list(expected)):
        fit = sum(_fits(edit(key), fact, expected) for key, fact in saved.items())
        if fit > best_fit and not _collides(saved, edit):
            best, best_fit = edit, fit
    if best is None:
        return None
    renames = tuple((key, best(key)) for key in saved if best(key) != key)
    words = tuple(word for word in (best.strip, best.add) if word)
    return Step("prefix", (best,), renames, BIJECTION, words)


def _fits(key: str, fact: TensorFact, expected: Tensors) -> bool:
    return key in expected and expected[key].shape == fact.shape


def _prefix_edits(saved: list[str], expected: list[str]) -> Iterable[RenameKeys]:
    old, new = _usual_segments(saved), _usual_segments(expected)
    for cut in _prefixes(old):
        for add in _prefixes(new):
            if (cut or add) and not any(backwards(f"{cut}#", f"{add}#")):
                yield RenameKeys(strip=cut, add=add)


def _usual_segments(keys: list[str]) -> list[str]:
    """Return the leading segments that more than half of the keys share."""
    shared: list[str] = []
    left = [key.split(".")[:-1] for key in keys]
    while left := [parts for parts in left if len(parts) > len(shared)]:
        part, times = Counter(parts[len(shared)] for parts in left).most_common(1)[0]
        if times * 2 <= len(keys):
            break
        left = [parts for parts in left if parts[len(shared)] == part]
        shared.append(part)
    return shared


def _common_segments(keys: list[str]) -> list[str]:
    """Return the leading segments that all keys share, the last segment of a key left out."""
    first, last = min(keys).split(".")[:-1], max(keys).split(".")[:-1]
    shared = []
    for left, right in zip(first, last, strict=False):
        if left != right:
            break
        shared.append(left)
    return shared


def _prefixes(segments: list[str]) -> list[str]:
    return ["".join(f"{part}." for part in segments[:size]) for size in range(len(segments) + 1)]


def _exchanged_name(left: Tensors, right: Tensors) -> tuple[str, ...]:
    """Return the leading path that was exchanged for another, if that explains all of `left`."""
    olds, news = _common_segments(list(left)), _common_segments(list(right))
    for old in reversed(_prefixes(olds)[1:]):
        for new in reversed(_prefixes(news)[1:]):
            names = {key: new + key.removeprefix(old) for key in left}
            if set(names.values()) == set(right) and all(
                left[key].shape == right[name].shape for key, name in names.items()
            ):
                return old.rstrip("."), new.rstrip(".")
    return ()
