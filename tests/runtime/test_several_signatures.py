"""A program with several signatures: rows go to the one whose inputs they are, or to none."""

from types import SimpleNamespace

import numpy as np
import pytest

from loadstone.runtime.ports import Port
from loadstone.runtime.rows import MisfitError
from loadstone.runtime.tensorflow_model import Several

WEIGHT = object()
SCORE = SimpleNamespace(
    inputs=[Port("tokens", "int64", [None, None]), Port("weight", "float32", [None])],
    variables=[WEIGHT],
)
LENGTH = SimpleNamespace(inputs=[Port("text", "str", [None])], variables=[WEIGHT])
IMAGE = SimpleNamespace(inputs=[Port("image", "float32", [None, 4, 4, 3])], variables=[])


@pytest.fixture
def several():
    return Several({"length": LENGTH, "score": SCORE, "image": IMAGE})


@pytest.mark.parametrize(
    ("rows", "chosen"),
    [
        ([{"tokens": [1, 2], "weight": 0.5}], SCORE),
        ({"weight": np.zeros(1), "tokens": np.zeros((1, 2), int)}, SCORE),
        (["abc"], LENGTH),
        (np.zeros((2, 4, 4, 3)), IMAGE),
        ([np.zeros((2, 2), int), np.zeros(2, "float32")], SCORE),
    ],
)
def test_the_rows_tell_which_is_meant(rows, chosen, several):
    assert several.of(rows) is chosen


@pytest.mark.parametrize("rows", [[{"tokens": [1]}], [{"other": 1}], np.zeros((2, 5, 5, 3))])
def test_rows_of_none_are_refused_with_what_each_takes(rows, several):
    with pytest.raises(MisfitError, match=r"`score` \(tokens, weight\)"):
        several.of(rows)


def test_rows_of_two_are_refused():
    alike = Several({"a": LENGTH, "b": LENGTH})
    with pytest.raises(MisfitError, match="several of"):
        alike.of(["abc"])
    assert alike.variables == [WEIGHT]
