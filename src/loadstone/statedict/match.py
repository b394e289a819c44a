"""Bring the keys of a state dict together with those a target expects, where it is provable.

Names and shapes in, edits out. Each step states its proof, and none is taken that leaves two
answers open.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from itertools import combinations
from typing import Final, Literal

from loadstone.core.classes import dataclass
from loadstone.core.edits import RenameKeys
from loadstone.core.facts import TensorFact

Tensors = Mapping[str, TensorFact]
BIJECTION: Final = "bijection of names with all shapes equal"
StepKind = Literal["wrapper", "prefix", "renamed"]

WRAPPERS: Final[dict[str, str]] = {
    "module": "torch.nn.DataParallel or DistributedDataParallel",
    "_orig_mod": "torch.compile",
    "_fsdp_wrapped_module": "FullyShardedDataParallel",
    "_checkpoint_wrapped_module": "activation checkpointing",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One cause of differing names, and the edit that undoes it."""

    kind: StepKind
    edit: RenameKeys
    renames: tuple[tuple[str, str], ...]  # saved key, expected key
    proof: str
    words: tuple[str, ...] = ()  # the wrapper segments, the prefix, the modules


@dataclass(frozen=True, slots=True)
class Match:
    """How far the names and shapes of a state dict fit a target, and by which steps."""

    steps: tuple[Step, ...]
    tensors: Tensors  # of the file, under the names after all steps
    missing: tuple[str, ...]
    unexpected: tuple[str, ...]
    mismatched: tuple[str, ...]  # same name, other shape
    ambiguous: tuple[tuple[str, ...], ...] = ()  # expected modules that one saved module may be

    @property
    def complete(self) -> bool:
        """Whether every expected tensor is there under its name and shape, and nothing else."""
        return not (self.missing or self.unexpected or self.mismatched)

    def renamed_beyond_proof(self, expected: Tensors) -> bool:
        """Whether the same shapes are left over on both sides, under other names."""
        left = Counter(self.tensors[key].shape for key in self.unexpected)
        return bool(left) and left == Counter(expected[key].shape for key in self.missing)


def match(saved: Tensors, expected: Tensors) -> Match:
    """Return the steps that turn the names of `saved` into those of `expected`."""
    steps: list[Step] = []
    current = dict(saved)
    ambiguous: tuple[tuple[str, ...], ...] = ()
    for find in (_wrapper, _prefix):
        step = find(current, expected)
        if step:
            steps.append(step)
            current = {step.edit(key): fact for key, fact in current.items()}
    renamed, ambiguous = _renamed(current, expected)
    if renamed:
        steps.append(renamed)
        current = {renamed.edit(key): fact for key, fact in current.items()}
    return Match(
        steps=tuple(steps),
        tensors=current,
        missing=tuple(key for key in expected if key not in current),
        unexpected=tuple(key for key in current if key not in expected),
        mismatched=tuple(
            key for key in expected if key in current and current[key].shape != expected[key].shape
        ),
        ambiguous=ambiguous,
    )


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
    return Step("wrapper", best, renames, BIJECTION, best.strip_segments)


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
    every = best_fit == len(saved) == len(expected)
    if best is None or (not every and _renamed(saved, expected)[0]):
        return None
    renames = tuple((key, best(key)) for key in saved if best(key) != key)
    words = tuple(word for word in (best.strip, best.add) if word)
    return Step("prefix", best, renames, BIJECTION, words)


def _fits(key: str, fact: TensorFact, expected: Tensors) -> bool:
    return key in expected and expected[key].shape == fact.shape


def _prefix_edits(saved: list[str], expected: list[str]) -> Iterable[RenameKeys]:
    old, new = _usual_segments(saved), _usual_segments(expected)
    for cut in _prefixes(old):
        for add in _prefixes(new):
            if cut or add:
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


def _renamed(saved: Tensors, expected: Tensors) -> tuple[Step | None, tuple[tuple[str, ...], ...]]:
    """Pair the modules that only the file has with those that only the target has.

    A pair is taken when it is the only one with the same leaves and shapes on both sides, or
    when one exchanged name explains every difference. Where a module that kept its name has the
    same leaves and shapes too, the tensors may have moved by one (`0, 1, 2` to `1, 2, 3`): then
    the order of the names must be the same on both sides.
    """
    left = {key: fact for key, fact in saved.items() if key not in expected}
    right = {key: fact for key, fact in expected.items() if key not in saved}
    if not left or not right:
        return None, ()
    step: Step | None
    exchanged = _exchanged_name(left, right)
    if exchanged:
        old, new, names = exchanged
        proof = "one name exchanged; bijection with all shapes equal"
        step = Step("renamed", RenameKeys(names=names), tuple(names.items()), proof, (old, new))
    else:
        step, ambiguous = _unique_assignment(left, right)
        if step is None:
            return None, ambiguous
    if _may_have_moved(saved, expected, dict(step.renames)):
        return None, (step.words,)
    return step, ()


def _may_have_moved(saved: Tensors, expected: Tensors, names: Mapping[str, str]) -> bool:
    """Whether a module that kept its name could be the one meant, by shapes and by order."""
    modules = _modules(saved)
    renamed = {key.rpartition(".")[0] for key in names}
    shapes = {_signature(modules[path]) for path in renamed}
    if not any(_signature(modules[path]) in shapes for path in modules.keys() - renamed):
        return False
    then = [names.get(key, key) for key in saved]
    now = set(then)
    return [name for name in then if name in expected] != [key for key in expected if key in now]


def _exchanged_name(left: Tensors, right: Tensors) -> tuple[str, str, dict[str, str]] | None:
    """Return the leading path that was exchanged for another, if that explains all of `left`."""
    olds, news = _common_segments(list(left)), _common_segments(list(right))
    for old in reversed(_prefixes(olds)[1:]):
        for new in reversed(_prefixes(news)[1:]):
            names = {key: new + key.removeprefix(old) for key in left}
            if set(names.values()) == set(right) and all(
                left[key].shape == right[name].shape for key, name in names.items()
            ):
                return old.rstrip("."), new.rstrip("."), names
    return None


def _modules(tensors: Tensors) -> dict[str, dict[str, TensorFact]]:
    modules: dict[str, dict[str, TensorFact]] = defaultdict(dict)
    for key, fact in tensors.items():
        path, _, leaf = key.rpartition(".")
        modules[path][leaf] = fact
    return modules


def _signature(leaves: Mapping[str, TensorFact]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    return tuple(sorted((leaf, fact.shape) for leaf, fact in leaves.items()))


def _unique_assignment(
    left: Tensors, right: Tensors
) -> tuple[Step | None, tuple[tuple[str, ...], ...]]:
    saved, expected = _modules(left), _modules(right)
    by_signature: dict[object, list[str]] = defaultdict(list)
    for path, leaves in expected.items():
        by_signature[_signature(leaves)].append(path)
    counts = Counter(_signature(leaves) for leaves in saved.values())
    pairs, ambiguous = {}, []
    for path, leaves in saved.items():
        signature = _signature(leaves)
        options = by_signature.get(signature, [])
        if len(options) == 1 and counts[signature] == 1:
            pairs[path] = options[0]
        elif options:
            ambiguous.append((path, *options))
    if len(pairs) < len(saved) or len(pairs) < len(expected):
        return None, tuple(ambiguous)
    names = {
        _join(old, leaf): _join(new, leaf) for old, new in pairs.items() for leaf in saved[old]
    }
    words = tuple(word for pair in pairs.items() for word in pair)
    proof = "unique assignment: no other pairing has the same leaves and shapes"
    return Step("renamed", RenameKeys(names=names), tuple(names.items()), proof, words), ()


def _join(path: str, leaf: str) -> str:
    return f"{path}.{leaf}" if path else leaf
