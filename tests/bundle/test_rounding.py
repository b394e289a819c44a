"""What rounds otherwise is within tolerance, by one rule for all; what is changed differs."""

import json

import numpy as np
import pytest
import torch

import loadstone
from loadstone.runtime import neighbours
from loadstone.runtime.replay import difference
from loadstone.runtime.values import decode

keras = pytest.importorskip("keras")
pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.skipif(keras.backend.backend() != "torch", reason="another backend is here"),
]
RNG = np.random.default_rng(0)
ROWS = RNG.normal(size=(5, 64)).astype("float32")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_number_goes_to_the_next_up_or_down_or_stays(dtype):
    values = np.array([0.0, -0.0, 1.0, -3.5, 1e-30, np.inf, np.nan, np.finfo(dtype).max], dtype)
    values = np.tile(values, (50, 1))
    moved = neighbours.array(values, np.random.RandomState(0))
    with np.errstate(over="ignore"):
        below, above = (np.nextafter(values, np.array(end, dtype)) for end in (-np.inf, np.inf))
    assert np.all((moved == values) | (moved == below) | (moved == above) | np.isnan(values))
    assert {int(n) for n in np.sign(moved[:, 2] - values[:, 2])} == {-1, 0, 1}
    np.testing.assert_array_equal(moved[:, [0, 1, 5, 6]], values[:, [0, 1, 5, 6]])
    assert np.isfinite(moved[:, 7]).all()


def test_other_types_are_left_and_containers_kept():
    state = np.random.RandomState(0)
    whole = {
        "ids": np.arange(4),
        "half": np.ones(3, "float16"),
        "text": "a",
        "at": (torch.ones(9),),
    }
    moved = neighbours.tree(whole, state)
    assert moved["ids"] is whole["ids"]
    assert moved["half"] is whole["half"]
    assert moved["text"] == "a"
    assert isinstance(moved["at"], tuple)
    assert 0 < (moved["at"][0] - 1).abs().max() <= 2**-23


class Torch(torch.nn.Module):
    """A network of two layers."""

    def __init__(self):
        super().__init__()
        self.first = torch.nn.Linear(64, 96)
        self.last = torch.nn.Linear(96, 3)

    def forward(self, x):
        return torch.softmax(self.last(torch.nn.functional.gelu(self.first(x))), 1)


def _keras():
    keras.utils.set_random_seed(1)
    layers = keras.layers
    return keras.Sequential(
        [keras.Input((64,)), layers.Dense(96, "gelu"), layers.Dense(3, "softmax")]
    )


def _torch():
    torch.manual_seed(1)
    return Torch().eval()


def _weights(model):
    if isinstance(model, Torch):
        held = [item.detach().numpy().copy() for item in model.parameters()]
        return held[0].T, held[1], held[2].T, held[3]
    return model.get_weights()


def _computed(weights, rows, *, tanh=False, dtype="float32"):
    """Return what the network gives, its sums taken from the last term to the first."""
    from math import erf

    one, first, two, last = (np.asarray(item, dtype) for item in weights)

    def product(left, right):
        made = np.zeros((len(left), right.shape[1]), dtype)
        for at in reversed(range(right.shape[0])):
            made += left[:, at : at + 1] * right[at]
        return made

    held = product(rows.astype(dtype), one) + first
    if tanh:
        inner = np.tanh(np.sqrt(2 / np.pi).astype(dtype) * (held + np.float32(0.044715) * held**3))
    else:
        inner = np.vectorize(erf)(held / np.sqrt(2)).astype(dtype)
    held = np.float32(0.5) * held * (1 + inner)
    found = product(held.astype(dtype), two) + last
    found = np.exp(found - found.max(1, keepdims=True))
    return (found / found.sum(1, keepdims=True)).astype("float32")


@pytest.fixture(params=[_keras, _torch], ids=["keras", "torch"])
def saved(request, tmp_path):
    """Return a model, what was recorded of it, and what a comparison with that says."""
    model = request.param()
    before = [item.copy() for item in _weights(model)]
    rows = ROWS if request.param is _keras else torch.from_numpy(ROWS)
    loadstone.save(model, tmp_path / "net", examples=rows)
    for item, now in zip(before, _weights(model), strict=True):
        assert item.tobytes() == np.asarray(now).tobytes()  # they were moved, and put back
    told = json.loads((tmp_path / "net/witnesses/witnesses.json").read_text())
    assert told["measured"][neighbours.HOW] > 0
    arrays = [np.load(tmp_path / "net" / name) for name in told["arrays"]]
    recorded = np.asarray(decode(told["stages"]["model"], arrays))
    assert recorded.shape == (5, 3)

    def result(found):
        return difference(recorded, found, 5, told["tolerances"]["model"]).result

    return _weights(model), result


def test_another_order_of_the_sums_is_within_tolerance(saved):
    weights, result = saved
    assert result(_computed(weights, ROWS)) in ("within tolerance", "identical")
    assert result(_computed(weights, ROWS, dtype="float64")) in ("within tolerance", "identical")


def test_what_is_changed_differs(saved):
    weights, result = saved
    assert result(_computed(weights, ROWS, tanh=True)) == "differs"  # another `gelu`
    half = [item.astype("float16").astype("float32") for item in weights]
    assert result(_computed(half, ROWS)) == "differs"
    one = [item.copy() for item in weights]
    one[0][3, 5] += 1e-3  # a single weight
    assert result(_computed(one, ROWS)) == "differs"
    scaled = ROWS * np.float32(1 + 1e-5)  # 0.299 for 0.29899, say
    assert result(_computed(weights, scaled)) == "differs"
