"""Values come back from their trees exactly as they were, and trees are JSON."""

import collections
import json
import math
from typing import NamedTuple

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from loadstone.runtime.replay import difference
from loadstone.runtime.values import UnrecordableError, decode, encode


class Pair(NamedTuple):
    a: int
    b: set


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: (
        st.lists(inner)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text() | st.integers(), inner)
    ),
    max_leaves=20,
)


def again(value):
    arrays = []
    return decode(json.loads(json.dumps(encode(value, arrays))), arrays)


@given(plain)
def test_plain_values_come_back(value):
    assert repr(again(value)) == repr(value)


@pytest.mark.parametrize(
    "value",
    [
        np.arange(6, dtype=np.int16).reshape(2, 3),
        np.zeros((1000,), dtype=np.float64),
        np.array(["a", "bc"]),
        np.array(["a", None], dtype=object),
        np.float32(0.1),
        np.array(5, dtype=np.uint8),
        np.zeros((0, 4), dtype=bool),
    ],
)
def test_arrays_come_back(value):
    back = again(value)
    assert back.dtype == value.dtype
    np.testing.assert_array_equal(back, value)


@pytest.mark.parametrize("word", ["float32", "bfloat16", "float16", "int64", "bool", "complex64"])
def test_tensors_come_back(word):
    value = torch.tensor([[0, 1, 2], [3, 4, 5]]).to(getattr(torch, word))
    back = again(value)
    assert back.dtype == value.dtype
    assert torch.equal(back, value)


def test_structures_come_back():
    packed = torch.nn.utils.rnn.pack_sequence([torch.ones(3), torch.ones(2)])
    assert isinstance(again(packed), torch.nn.utils.rnn.PackedSequence)
    assert again(Pair(1, {2, 3})) == Pair(1, {2, 3})
    assert again(10**400) == 10**400


def test_what_has_no_form_is_named():
    with pytest.raises(UnrecordableError) as error:
        encode({"a": [1, object()]}, [])
    assert error.value.where == "['a'][1]"


@pytest.mark.parametrize(
    ("saved", "now", "tolerance", "result", "moved"),
    [
        ([1.0, 2.0], [1.0, 2.0], 0.0, "identical", 0),
        ([1.0, 2.0], [1.0, 2.0 + 1e-7], 1e-6, "within tolerance", 0),
        ([1.0, 2.0], [1.0, 2.1], 1e-6, "differs", 1),
        ([1, 2], [1, 3], 9.0, "differs", 1),
        (["a", "b"], ["a", "c"], 9.0, "differs", 1),
        ([math.nan, math.inf], [math.nan, math.inf], 0.0, "identical", 0),
        ([1.0, math.nan], [1.0, 2.0], 9.0, "differs", 1),
        ([1.0, 2.0], [1.0], 9.0, "differs", 2),
        (torch.ones(2, 3), torch.ones(2, 3).double(), 9.0, "differs", 2),
        (torch.ones(2, 3), torch.ones(2, 4), 9.0, "differs", 2),
        (np.ones((2, 3)), np.array([[1, 1, 1], [1, 1, 5.0]]), 1.0, "differs", 1),
        ({"a": torch.ones(2)}, {"a": torch.tensor([1, 1 + 1e-6])}, 1e-5, "within tolerance", 0),
        (torch.ones(2).bfloat16(), torch.tensor([1, 1.5]).bfloat16(), 0.1, "differs", 1),
    ],
)
def test_comparison(saved, now, tolerance, result, moved):
    found = difference(
        saved, now, 2, collections.defaultdict(float, dict.fromkeys(_PATHS, tolerance))
    )
    assert (found.result, len(found.moved)) == (result, moved)


_PATHS = ("", "/*", "/a")
