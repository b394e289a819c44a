"""Facts go to JSON and come back equal; what does not fit is refused."""

from __future__ import annotations

import json
import typing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadstone.core import TensorFact, dtypes, facts, jsonable
from loadstone.core.facts import Artifact, StageReplay, StateDict

TENSORS = st.builds(
    TensorFact,
    dtype=st.sampled_from([*dtypes.BITS, *dtypes.BLOCKS, "str320", "datetime64[ns]"]),
    shape=st.lists(st.integers(0, 9), max_size=3).map(tuple),
    device=st.sampled_from([None, "cpu", "cuda:3"]),
)
ARTIFACTS = st.builds(
    Artifact,
    path=st.text(),
    format=st.text(),
    content=st.sampled_from(typing.get_args(facts.Content)),
    size=st.integers(0),
    state_dicts=st.lists(
        st.builds(StateDict, path=st.text(), tensors=st.dictionaries(st.text(), TENSORS)),
        max_size=2,
    ).map(tuple),
    detail=st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.text()),
)


@given(ARTIFACTS)
def test_an_artifact_survives_json(artifact):
    text = json.dumps(jsonable.to_json(artifact))
    assert jsonable.from_json(Artifact, json.loads(text)) == artifact


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (TensorFact, {"dtype": "float33", "shape": []}),
        (TensorFact, {"dtype": "float32", "shape": [-1]}),
        (TensorFact, {"dtype": "float32", "shape": "2"}),
        (TensorFact, {"dtype": "float32"}),
        (TensorFact, {"dtype": "float32", "shape": [], "color": "red"}),
        (TensorFact, []),
        (StageReplay, {"stage": "elsewhere", "result": "identical"}),
        (StageReplay, {"stage": "model", "result": "identical", "moved": True}),
        (StageReplay, {"stage": "model", "result": "identical", "difference": "big"}),
    ],
)
def test_what_does_not_fit_is_refused(kind, value):
    with pytest.raises(ValueError, match=r"."):
        jsonable.from_json(kind, value)


def test_what_json_does_not_have_is_refused():
    with pytest.raises(TypeError, match="`object`"):
        jsonable.to_json({"a": object()})


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        (TensorFact("float32", (64, 3, 7, 7)), "float32 64×3×7×7"),
        (TensorFact("int64", ()), "int64 scalar"),
        (TensorFact("bfloat16", (0,)), "bfloat16 0"),
    ],
)
def test_a_tensor_says_its_dtype_and_shape(fact, text):
    assert str(fact) == text


def test_tensors_are_equal_by_dtype_and_shape_alone():
    assert TensorFact("int8", (2,), device="cuda:0") == TensorFact("int8", (2,))
    assert TensorFact("int8", (2,)) != TensorFact("uint8", (2,))
    assert TensorFact("bfloat16", (3, 5)).nbytes == 30
