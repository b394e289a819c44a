"""Models that draw on purpose: their witnesses begin at a seed, and the verdict says so."""

import random

import numpy as np
import pytest
import torch
from torch import nn

import loadstone
from loadstone import SaveError, UsageError


class Noisy(nn.Module):
    """Draws from every generator that a model may use."""

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(3, 4)
        self.second = nn.Linear(4, 2)

    def forward(self, x):
        hidden = self.first(x) + torch.randn(x.shape[0], 4)
        return self.second(hidden) + random.random() + np.random.rand()  # noqa: NPY002 - as models do


@pytest.fixture
def model():
    torch.manual_seed(0)
    return Noisy().eval()


X = torch.arange(12, dtype=torch.float32).reshape(4, 3)


def test_without_a_seed_it_is_refused(model, tmp_path):
    with pytest.raises(SaveError, match="LS602"):
        loadstone.save(model, tmp_path / "net", examples=X, forms=["native"])


def test_with_a_seed_it_is_proved_and_draws_freely(model, tmp_path):
    report = loadstone.save(model, tmp_path / "net", examples=X, seed=7, forms=["native"])
    assert report.verdict.predicts_the_same == "identical"
    assert report.verdict.predicts_because == (
        "on 4 witnesses, drawn from seed 7, in a clean process"
    )
    loaded = loadstone.load(tmp_path / "net")
    assert "drawn from seed 7" in loaded.report.verdict.predicts_because
    assert not loaded.predict(X).equal(loaded.predict(X))


def test_generators_are_left_as_they_were(model, tmp_path):
    loadstone.save(model, tmp_path / "net", examples=X, seed=7, forms=["native"])
    states = random.getstate(), np.random.get_state()[1].copy(), torch.get_rng_state()  # noqa: NPY002 - as above
    loadstone.check(tmp_path / "net")
    assert random.getstate() == states[0]
    assert (np.random.get_state()[1] == states[1]).all()  # noqa: NPY002 - as above
    assert torch.get_rng_state().equal(states[2])


def test_other_weights_are_told_all_the_same(model, tmp_path):
    loadstone.save(model, tmp_path / "net", examples=X, seed=7, forms=["native"])
    held = tmp_path / "net/forms/model.safetensors"
    data = bytearray(held.read_bytes())
    data[-4:] = np.float32(9).tobytes()
    held.write_bytes(data)
    report = loadstone.check(tmp_path / "net")
    assert [item.check.code for item in report.errors] == ["LS600"]
    assert report.replay.first.what == "out"
    assert len(report.replay.first.changed) == 1


@pytest.mark.parametrize("seed", [-1, 1 << 32, 0.5, True, "7"])
def test_what_is_no_seed(model, tmp_path, seed):
    with pytest.raises(UsageError, match="`seed` is a whole number"):
        loadstone.save(model, tmp_path / "net", examples=X, seed=seed)
