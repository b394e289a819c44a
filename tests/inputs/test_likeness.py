"""What fitted once is not looked at again, and decides nothing about what did not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from loadstone import UsageError
from loadstone.inputs import signature
from loadstone.inputs.examples import kind_of
from loadstone.inputs.ranges import Ranges, recorded
from loadstone.inputs.single import Shape
from loadstone.predictor import Predictor
from loadstone.runtime.steps import Steps

EXAMPLES = np.arange(24, dtype=np.float32).reshape(6, 4)
STRICT = {"inputs": {"missing": False}}
ROW = [0.0, 1.0, 2.0, 3.0]
VALUES = st.sampled_from([0.0, 1.5, 3e38, 1e300, np.nan, np.inf, 10**6])
DTYPES = st.sampled_from(["float32", "float64", "int64", "bool", "float16", "U3", "O"])
SHAPES = st.sampled_from([(4,), (1, 4), (3, 4), (0, 4), (3, 5), (1, 3, 4), (), (4, 3), (2, 9)])


def predictor(examples: Any = EXAMPLES, **changes: dict[str, Any]) -> Predictor:
    parts = signature.edited(signature.of_inputs(examples, recorded(examples)), changes)
    seen = recorded(examples)
    manifest = {"signature": {"kind": kind_of(examples), "inputs": parts}, "ranges": seen}
    steps = Steps(lambda batch: batch, {})
    report: Any = None
    shape, ranges = Shape.of(manifest, steps), Ranges.of(manifest)
    return Predictor(None, report, steps, shape=shape, ranges=ranges, on_unknown="ignore")


def told(which: Predictor, inputs: Any) -> Any:
    """Return all that a call says, as text."""
    try:
        outputs = which.predict(inputs)
    except UsageError as error:
        return str(error)
    return repr(outputs), getattr(outputs, "dtype", None), which.coverage.strays


def batch(dtype: str, shape: tuple[int, ...], value: float, *, tensor: bool) -> Any:
    with np.errstate(all="ignore"):
        try:
            made = np.full(shape, value, np.float64).astype(dtype)
        except (OverflowError, ValueError):
            made = np.zeros(shape, dtype)
    return torch.from_numpy(made) if tensor and dtype not in ("U3", "O") else made


@pytest.mark.filterwarnings("ignore:invalid value encountered in cast")
@pytest.mark.parametrize("changes", [{}, STRICT])
@given(st.lists(st.tuples(DTYPES, SHAPES, VALUES, st.booleans()), min_size=2, max_size=12))
def test_a_call_says_what_it_says_to_a_predictor_that_saw_none_before(
    changes: dict[str, Any], drawn: list[tuple[str, tuple[int, ...], float, bool]]
) -> None:
    seasoned = predictor(**changes)
    for dtype, shape, value, tensor in drawn:
        inputs = batch(dtype, shape, value, tensor=tensor)
        assert told(seasoned, inputs) == told(predictor(**changes), inputs)


def test_missing_values_are_looked_for_in_every_batch() -> None:
    strict = predictor(**STRICT)
    strict.predict(EXAMPLES)
    with pytest.raises(UsageError, match="missing"):
        strict.predict(np.array([[0.0, 1.0, np.nan, 3.0]], np.float32))


def test_a_row_that_looks_like_a_batch_that_fitted_is_a_row() -> None:
    which = predictor()
    assert which.predict(np.array([ROW] * 4, np.float32)).shape == (4, 4)
    assert which.predict(np.array(ROW, np.float32)).shape == (4,)
    assert which.predict(np.array([ROW] * 4, np.float32)).shape == (4, 4)
    with pytest.raises(UsageError, match="has 5 columns"):
        which.predict(np.ones((2, 5), np.float32))


def test_sizes_of_pictures_are_kept_to_a_bound() -> None:
    which = predictor(np.zeros((6, 5, 5, 3), np.float32))
    for size in range(1, 200):
        which.predict(np.zeros((1, size, 7, 3), np.float32))
    assert len(which._fit) == 64
