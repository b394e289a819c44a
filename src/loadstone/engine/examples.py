"""A bare file's model predicts the user's examples, compared with the outputs expected of them."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from loadstone.adapters.torch import expects, loading
from loadstone.core.facts import Replay, StageReplay, TargetProblem, Weights
from loadstone.core.verdict import Predicts
from loadstone.fixes.memory import tensors
from loadstone.inputs import examples as batches
from loadstone.inputs import plan, rows
from loadstone.runtime.batches import row
from loadstone.runtime.compare import Everywhere
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
    return compared(asked, examples) if examples.has_expected else None


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


def compared(steps: Predicting, examples: batches.Examples) -> Replay:
    """Compare with the expected outputs; what two runs differ by is no difference."""
    outputs, again = steps.predict(examples.inputs), steps.predict(examples.inputs)
    noise = difference(plain(outputs), plain(again), examples.count)
    floor = max(noise.difference or 0.0, _by_size(steps, examples, outputs))
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
