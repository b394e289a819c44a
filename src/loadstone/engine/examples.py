"""A bare file's model predicts the user's examples, compared with the outputs expected of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from loadstone.adapters.torch import expects, loading
from loadstone.core.facts import Replay, StageReplay, TargetProblem, Weights
from loadstone.core.verdict import Predicts
from loadstone.fixes.memory import tensors
from loadstone.inputs import examples as batches
from loadstone.inputs import plan, rows
from loadstone.inputs.witnesses import OTHER_MEANING
from loadstone.runtime import neighbours
from loadstone.runtime.batches import row
from loadstone.runtime.compare import EVERYTHING, Everywhere
from loadstone.runtime.replay import difference, finite
from loadstone.runtime.torch_run import fitting

if TYPE_CHECKING:
    import torch

Function = Callable[..., Any]


class Predicting(Protocol):
    """What predicts a batch."""

    def predict(self, inputs: Any) -> Any:
        """Return the outputs of a batch."""


def read(given: Any, texts: rows.Texts | None = None) -> Any:
    """Return examples as `save` takes them: a batch, or a tuple of inputs and expected outputs.

    A file holds rows, or `inputs` with or without `outputs`: a JSON object, or the arrays of an
    `.npz`. In CSV, the columns `texts` are texts.
    Raises `UsageError` for another file, `OSError` where it cannot be read.
    """
    if not isinstance(given, (str, os.PathLike)):
        return given
    parts = rows.parts(os.fspath(given))
    if parts is None:
        return rows.batch(rows.read(os.fspath(given), texts))
    batched = tuple(map(rows.batch, parts))
    return batched if len(batched) > 1 else batched[0]


def replay(
    path: str | os.PathLike[str],
    into: Any,
    weights: Weights,
    given: Any,
    steps: dict[str, Function],
) -> Replay | None:
    """Load the weights into the target, predict the examples, and compare with what is expected.

    None where no outputs are expected: nothing is then proved. Raises `ValueError` for examples
    that do not fit.
    """
    examples = examined(given)
    module = expects.build(into)
    if examples is None or isinstance(module, TargetProblem):
        return None
    loading.load(module, tensors(path, weights.tensors))
    asked = predicting(module, examples, steps)
    weights_of = neighbours.of_torch(module)
    return compared(asked, examples, weights_of) if examples.has_expected else None


def examined(given: Any) -> batches.Examples | None:
    """Return the examples, None where there are none; raises `ValueError` for what is no batch."""
    try:
        return batches.read(read(given))
    except batches.NoExamplesError as error:
        raise ValueError(str(error)) from error


def predicting(
    module: torch.nn.Module, examples: batches.Examples, steps: dict[str, Function]
) -> Predicting:
    """Return the model with the steps around it; raises `ValueError` for what does not fit it."""
    call = fitting(module.eval())
    pre, post = steps.get("preprocess"), steps.get("postprocess")
    try:
        trial = plan.find(call, examples, pre, post, None)
    except plan.UnfitError as error:
        raise ValueError(f"the examples do not fit: {error}") from error
    return trial.steps(call, pre, post)


def compared(steps: Predicting, examples: batches.Examples, weights: Sequence[Any] = ()) -> Replay:
    """Compare with the expected outputs; what two runs differ by is no difference.

    Nor is what the `weights` move by when they are numbers beside what they are, as at a save.
    """
    outputs, again = steps.predict(examples.inputs), steps.predict(examples.inputs)
    noise = difference(plain(outputs), plain(again), examples.count)
    floor = max(noise.difference or 0.0, _by_size(steps, examples, outputs))
    floor = max(floor, neighbours.SIDES * _by_rounding(steps, examples, outputs, weights))
    expected = plain(examples.expected)
    found = difference(expected, plain(outputs), examples.count, Everywhere(floor))
    result: Predicts = found.result  # type: ignore[assignment]
    stage = StageReplay(
        "model",
        result,
        difference=finite(found.difference),
        tolerance=floor,
        moved=len(found.moved),
        example=found.example,
    )
    return Replay(
        witnesses=examples.count,
        stages=(stage,),
        whole=result,
        repeatable=not noise.differs and not noise.difference,
    )


def _by_size(steps: Predicting, examples: batches.Examples, outputs: Any) -> float:
    """Return how far rows predicted one by one are off: rounding may depend on the batch's size."""
    gaps = [
        difference(
            plain(row(outputs, at)),
            plain(row(steps.predict(row(examples.inputs, at, keep=True)), 0)),
        ).difference
        for at in range(examples.count)
    ]
    return max((gap for gap in gaps if gap is not None), default=0.0)


def _by_rounding(
    steps: Predicting, examples: batches.Examples, outputs: Any, weights: Sequence[Any]
) -> float:
    """Return how far outputs move with numbers beside theirs; 0 where that is no rounding."""
    import numpy as np

    largest, found = 0.0, 0.0
    for seed in neighbours.draws(sum(int(np.prod(item.shape)) for item in weights)):
        state = np.random.RandomState(seed)
        with neighbours.moved(weights, state):
            moved = steps.predict(neighbours.tree(examples.inputs, state))
        again = plain(neighbours.tree(moved, state))
        gap = difference(plain(outputs), again, examples.count, EVERYTHING)
        size = difference(plain(outputs), _zeros(plain(outputs)), examples.count, EVERYTHING)
        largest = max(largest, size.difference or 0.0)
        found = max(found, gap.difference or 0.0) if not gap.differs else found
    return found if found <= OTHER_MEANING * max(1e-6, largest) else 0.0


def _zeros(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _zeros(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return tuple(_zeros(item) for item in value)
    return value * 0 if hasattr(value, "dtype") else value


def plain(value: Any) -> Any:
    """Return tensors and lists of numbers as float arrays, other values as they are.

    Of a dict, and of a tuple of tensors, each part.
    """
    import numpy as np

    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, tuple) and any(hasattr(item, "shape") for item in value):
        return tuple(plain(item) for item in value)
    if hasattr(value, "detach"):
        value = value.detach().cpu().float().numpy()
    try:
        array = np.asarray(value)
    except ValueError:
        return value
    if array.dtype.kind == "f":
        return array.astype(np.float32)
    return array if array.dtype.kind in "biu" else value
