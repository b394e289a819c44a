"""The examples of a save: a batch of inputs, with the outputs that the user expects of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from loadstone.inputs.ranges import recorded
from loadstone.runtime import batches

Kind = Literal["array", "tensor", "frame", "texts", "records", "items"]
LIMIT = 64  # witnesses; more examples prove little more and are stored with the model


class NoExamplesError(ValueError):
    """What was given is no batch of inputs; the message says what is."""


@dataclass(frozen=True)
class Examples:
    """A batch of `count` inputs as `predict` takes them."""

    inputs: Any
    count: int
    kind: Kind
    expected: Any = None
    has_expected: bool = False
    ranges: list[dict[str, Any]] = field(default_factory=list)  # of all that was given
    given: int = 0  # how many there were


def read(examples: Any) -> Examples | None:
    """Return the examples, or None where there are none.

    Raises `NoExamplesError` for what is no batch.
    """
    if examples is None:
        return None
    expected, has_expected = None, False
    if type(examples) is tuple:
        if len(examples) != 2:
            raise NoExamplesError(
                f"a tuple of examples is `(inputs, expected_outputs)`, this one has {len(examples)}"
            )
        examples, expected = examples
        has_expected = True
    if batches.is_columns(examples):
        examples = batches.records(examples)
    count = batches.count(examples) if _is_batch(examples) else None
    if count is None:
        raise NoExamplesError(
            "examples are a batch of inputs: an array or tensor whose first axis counts them, "
            f"a DataFrame, a list, or a dict of arrays; a `{type(examples).__name__}` was given"
        )
    if count == 0:
        raise NoExamplesError("the examples are empty")
    if has_expected and batches.count(expected) != count:
        raise NoExamplesError(
            f"{count} inputs and {batches.count(expected)} expected outputs were given"
        )
    inputs, given = examples, count
    ranges = recorded(examples)
    if count > LIMIT:
        inputs = first(examples, LIMIT)
        expected = first(expected, LIMIT) if has_expected else None
        count = LIMIT
    return Examples(inputs, count, kind_of(inputs), expected, has_expected, ranges, given)


def first(batch: Any, count: int) -> Any:
    """Return the first `count` rows of a batch."""
    if batches.is_frame(batch):
        return batch.iloc[:count]
    if isinstance(batch, (dict, tuple)):
        return batches.row(batch, 0) if count == 1 else _each(batch, count)
    return batch[:count]


def kind_of(inputs: Any) -> Kind:
    """Return what kind of batch this is."""
    if batches.is_frame(inputs):
        return "frame"
    if batches.is_tensor(inputs):
        return "tensor"
    if batches.is_array(inputs):
        return "array"
    if all(isinstance(item, str) for item in inputs):
        return "texts"
    if all(isinstance(item, dict) for item in inputs):
        return "records"
    return "items"


def _is_batch(value: Any) -> bool:
    if isinstance(value, list):
        return True
    return (batches.is_frame(value) or batches.is_array(value)) and len(value.shape) > 0


def _each(batch: Any, count: int) -> Any:
    if isinstance(batch, dict):
        return {key: item[:count] for key, item in batch.items()}
    return tuple(item[:count] for item in batch)
