"""Each of the ways in which a file may fit is tried: which gives the outputs of the examples."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal

from loadstone.adapters.torch import expects, loading
from loadstone.core.classes import dataclass
from loadstone.core.facts import Target, TargetProblem, Trials, Weights
from loadstone.core.verdict import Predicts
from loadstone.engine import examples as proofs
from loadstone.engine.examples import Function
from loadstone.fixes.apply import apply
from loadstone.fixes.memory import tensors
from loadstone.inputs.examples import Examples
from loadstone.runtime import neighbours
from loadstone.runtime.compare import EVERYTHING
from loadstone.runtime.replay import difference
from loadstone.statedict.match import Match
from loadstone.statedict.ways import Ways, ways

if TYPE_CHECKING:
    import torch

_ORDER: Final = ("identical", "within tolerance", "differs")
_WORDS: Final[dict[Predicts, Literal["identical", "within tolerance", "close"]]] = {
    "identical": "identical",
    "within tolerance": "within tolerance",
    "differs": "close",
}
_CLOSE: Final = 1e-3  # of the largest output: what is farther off is no rounding
_APART: Final = 100.0  # times as far off as the nearest, any other has to be
_TELLING: Final = 2  # numbers that are not whole: labels would be right by chance


def settle(
    into: Any, weights: Weights, target: Target, given: Any, steps: dict[str, Function]
) -> Trials | None:
    """Try the likely ways, and the others where none of those gives the outputs.

    The user's own module is left as it is. None where no outputs are expected, or where the file
    fits in no way. Raises `ValueError` for examples that do not fit, `OSError` as reading does.
    """
    examples = proofs.examined(given)
    if examples is None or not examples.has_expected:
        return None
    known = ways(weights.tensors, target.tensors, kinds=target.modules, aliases=target.aliases)
    module = expects.build(into) if known.likely or known.others else None
    if module is None or isinstance(module, TargetProblem):
        return None
    trial = _Trial(copy.deepcopy(module) if module is into else module, weights, examples, steps)
    if not _telling(examples.expected):
        return Trials(examples.count, weak=True)
    tried = 0
    near: tuple[int, ...] = ()
    for first, tier in ((0, known.likely), (len(known.likely), known.others)):
        tried += len(tier)
        found = {at: trial.result(match) for at, match in enumerate(tier, first)}
        right = [at for at, item in found.items() if item.verdict != "differs"]
        close = trial.distinct(known, [at for at, item in found.items() if item.near])
        if right or _alone(found, close):
            right = [at for at in close if at in right] or list(close)
            worst = max((found[at].verdict for at in right), key=_ORDER.index)
            off = max(found[at].off for at in right)
            return Trials(
                examples.count, tried, tuple(right), _WORDS[worst], off, beyond=known.beyond
            )
        near += close
    return Trials(examples.count, tried, near=near, beyond=known.beyond)


@dataclass(frozen=True, slots=True)
class _Result:
    """What the outputs of one way are to those expected."""

    verdict: Predicts = "differs"
    off: float = float("inf")  # the largest difference
    near: bool = False  # whether rounding may be all that differs


def _alone(found: Mapping[int, _Result], close: tuple[int, ...]) -> bool:
    """Whether one way is as near as rounding may be, and all that give other tensors are far."""
    if len(close) != 1:
        return False
    (one,) = close
    return all(item.off > _APART * found[one].off for at, item in found.items() if not item.near)


class _Trial:
    """A model that is given the tensors of a file in one way after the other, and asked."""

    def __init__(
        self,
        module: torch.nn.Module,
        weights: Weights,
        examples: Examples,
        steps: dict[str, Function],
    ) -> None:
        self._module = module
        self._weights = weights
        self._examples = examples
        self._asked = proofs.predicting(module, examples, steps)

    def result(self, match: Match) -> _Result:
        """Return what the outputs are to those expected, the tensors given as `match` says."""
        examples = self._examples
        try:
            loading.load(self._module, self._tensors(match))
            found = proofs.plain(self._asked.predict(examples.inputs))
            expected = proofs.plain(examples.expected)
            compared = difference(expected, found, examples.count, EVERYTHING)
            if compared.differs:
                return _Result()
            off = compared.difference or 0.0
            if off > _CLOSE * _largest(expected):
                return _Result(off=off)
            weights_of = neighbours.of_torch(self._module)
            replayed = proofs.compared(self._asked, examples, weights_of)
        except Exception:  # noqa: BLE001 - user code raises anything
            return _Result()
        if not replayed.repeatable:
            return _Result(off=off)
        return _Result(replayed.whole, off, near=True)

    def distinct(self, known: Ways, right: Sequence[int]) -> tuple[int, ...]:
        """Return the first of those that give the same tensors: layers alike to the bit."""
        kept: list[tuple[int, Mapping[str, torch.Tensor]]] = []
        for at in right:
            held = self._tensors(known[at])
            if not any(
                all(loading.same(tensor, other[key]) for key, tensor in held.items())
                for _, other in kept
            ):
                kept.append((at, held))
        return tuple(at for at, _ in kept)

    def _tensors(self, match: Match) -> dict[str, torch.Tensor]:
        after = apply(self._weights, [edit for step in match.steps for edit in step.edits])
        return tensors(self._weights.path, after.tensors, after.made)


def _telling(expected: Any) -> bool:
    """Whether what is expected holds numbers that are right in no way but the true one."""
    return len({number for number in _numbers(expected) if number % 1}) >= _TELLING


def _largest(expected: Any) -> float:
    return max(map(abs, _numbers(expected)), default=0.0)


def _numbers(value: Any) -> Iterator[float]:
    """Yield the finite floating-point numbers of outputs, whatever holds them."""
    value = proofs.plain(value)
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _numbers(item)
    elif getattr(getattr(value, "dtype", None), "kind", "") == "f":
        yield from (float(number) for number in value.ravel() if abs(number) < float("inf"))
