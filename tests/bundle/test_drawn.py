"""Models that draw and have no seed: many runs then and now are compared in distribution."""

import numpy as np
import pytest
import torch
from torch import nn

import loadstone
from loadstone import LoadError, SaveError, UsageError
from loadstone.errors import SaveWarning
from loadstone.runtime import draws


class Noisy(nn.Module):
    def __init__(self, wide=1.0):
        super().__init__()
        self.first = nn.Linear(3, 2)
        self.wide = nn.Parameter(torch.tensor(wide))

    def forward(self, x):
        return self.first(x) + self.wide * torch.randn(x.shape[0], 2)


class Wider(Noisy):
    def forward(self, x):
        return self.first(x) + 4 * torch.randn(x.shape[0], 2)


class Words(nn.Module):
    """Draws texts of several lengths, as generation does."""

    def __init__(self):
        super().__init__()
        self.stay = nn.Parameter(torch.tensor(0.8))

    def forward(self, x):
        steps = int(torch.distributions.Geometric(1 - self.stay).sample())
        return torch.randint(0, 9, (x.shape[0], 1 + min(steps, 20)))


X = torch.arange(12, dtype=torch.float32).reshape(4, 3)


@pytest.mark.parametrize("kind", [Noisy, Words])
def test_runs_are_compared_in_distribution_and_the_verdict_says_so(kind, tmp_path):
    torch.manual_seed(0)
    model = kind().eval()
    report = loadstone.save(model, tmp_path / "net", examples=X, draws=100, forms=["native"])
    assert report.verdict.predicts_the_same == "within tolerance"
    loaded = loadstone.load(tmp_path / "net")
    assert loaded.report.verdict.predicts_the_same == "within tolerance"
    assert "in distribution: 100 runs then and now, of which more than 4" in (
        loaded.report.verdict.predicts_because
    )
    assert not loaded.predict(X).equal(loaded.predict(X))


def test_another_distribution_is_told(tmp_path):
    torch.manual_seed(0)
    loadstone.save(Noisy().eval(), tmp_path / "net", examples=X, draws=100, forms=["native"])
    assert loadstone.load(tmp_path / "net", into=Noisy).report.errors == ()
    with pytest.raises(LoadError, match="LS600"):
        loadstone.load(tmp_path / "net", into=Wider)


def test_a_model_that_repeats_itself_has_exact_witnesses(tmp_path):
    report = loadstone.save(nn.Linear(3, 2), tmp_path / "net", examples=X, draws=30)
    assert report.verdict.predicts_the_same == "identical"
    assert "distribution" not in report.verdict.predicts_because


@pytest.mark.parametrize(
    ("options", "told"),
    [({"draws": 9}, "30 or more"), ({"draws": 30, "seed": 1}, "give one")],
)
def test_what_cannot_be_asked(options, told, tmp_path):
    with pytest.raises(UsageError, match=told):
        loadstone.save(Noisy(), tmp_path / "net", examples=X, **options)


def test_equal_distributions_are_not_told_and_others_are():
    rng = np.random.default_rng(0)
    for runs in (30, 100):
        for _ in range(200):
            first, second = rng.normal(size=(2, runs, 40))
            assert not draws.differ(first, second)[0]
            flips = rng.integers(0, 2, (2, runs, 40)).astype(float)
            assert not draws.differ(*flips)[0]
    same = rng.normal(size=(100, 40))
    assert draws.differ(same, rng.normal(size=(100, 40)) + 2)[0]
    assert draws.differ(same, rng.normal(size=(100, 40)) * 9)[0]
    assert draws.differ(same, np.full((100, 40), np.nan))[0]
    assert draws.differ(same, same[:, :3])[0]
    constant = np.zeros((30, 256))
    assert draws.differ(constant, constant + np.eye(256)[0])[0]
    assert draws.limit(30, 30, draws.NUMBERS * 2) < 1  # a difference of all runs is always told


def test_runs_that_were_not_needed_are_told(tmp_path):
    with pytest.warns(SaveWarning, match="`draws=30` was not used: a bundle predicts in eval"):
        report = loadstone.save(
            nn.Sequential(nn.Linear(3, 2), nn.Dropout(0.5)).train(),
            tmp_path / "net",
            examples=X,
            draws=30,
        )
    assert "`draws=30` was not used, since two runs agree" in report.verdict.predicts_because


def test_a_model_that_draws_is_refused_with_what_saves_it(tmp_path):
    with pytest.raises(SaveError) as raised:
        loadstone.save(Noisy().eval(), tmp_path / "net", examples=X)
    (found,) = raised.value.report.errors
    assert any("`seed=0`" in note and "`draws=100`" in note for note in found.finding.notes)
