"""What a class takes without an error and does not load is told, before and at the load."""

from __future__ import annotations

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

import loadstone
from loadstone.errors import LoadError, UsageError


class Words(nn.Module):
    tied = True

    def __init__(self):
        super().__init__()
        self.embed, self.head = nn.Embedding(6, 4), nn.Linear(4, 6, bias=False)
        if self.tied:
            self.head.weight = self.embed.weight

    def forward(self, x):
        return self.head(self.embed(x))


class Apart(Words):
    tied = False


class Two(nn.Module):
    def __init__(self):
        super().__init__()
        self.body, self.out = nn.Linear(4, 4), nn.Linear(4, 2)


class NotStrict(Two):
    def load_state_dict(self, state_dict, **_):
        return super().load_state_dict(state_dict, strict=False)


class Careless(Two):
    """Takes what it is shown on the meta device, and otherwise nothing."""

    def load_state_dict(self, state_dict, **options):
        if options.get("assign"):
            super().load_state_dict(state_dict, **options)


def codes(report):
    return [item.check.code for item in report.found]


def write(path, state):
    state = {key: value.clone() for key, value in state.items()}
    save_file(state, path) if path.suffix == ".safetensors" else torch.save(state, path)
    return path


@pytest.mark.parametrize("name", ["model.pth", "model.safetensors"])
@pytest.mark.parametrize("prefix", ["", "module.", "net.inner."])
def test_a_head_of_its_own_is_not_taken_for_the_embedding(tmp_path, name, prefix):
    state = {prefix + key: value for key, value in Apart().state_dict().items()}
    path = write(tmp_path / name, state)
    report = loadstone.check(path, into=Words)
    assert "LS421" in codes(report)
    assert report.verdict.loads == "no"
    for fix in (None, "safe", "unsafe"):
        with pytest.raises(LoadError, match="LS421"):
            loadstone.load(path, into=Words, fix=fix)
    if prefix:
        assert "LS421" in codes(loadstone.fix(path, into=Words))
        loaded = loadstone.load(path, into=Apart, fix="safe").model
        assert torch.equal(loaded.head.weight, state[prefix + "head.weight"])


def test_equal_copies_of_a_tied_parameter_are_one(tmp_path):
    path = write(tmp_path / "model.safetensors", Words().state_dict())
    assert codes(loadstone.check(path, into=Words)) == []
    loaded = loadstone.load(path, into=Words).model
    assert loaded.head.weight is loaded.embed.weight


def test_one_byte_makes_them_two(tmp_path):
    state = {key: value.clone() for key, value in Words().state_dict().items()}
    state["head.weight"][5, 3] = torch.nextafter(state["head.weight"][5, 3], torch.tensor(9.0))
    assert codes(loadstone.check(write(tmp_path / "m.pth", state), into=Words)) == ["LS421"]


def test_a_class_that_is_not_strict_is_told_and_not_loaded(tmp_path):
    state = Two().state_dict()
    body = write(tmp_path / "body.pth", {k: v for k, v in state.items() if k[0] == "b"})
    assert codes(loadstone.check(body, into=NotStrict)) == ["LS420"]
    with pytest.raises(LoadError, match="LS420"):
        loadstone.load(body, into=NotStrict)
    more = write(tmp_path / "more.pth", {**state, "old.weight": torch.ones(3)})
    report = loadstone.check(more, into=NotStrict)
    assert [(item.check.code, item.severity) for item in report.found] == [("LS420", "warning")]
    whole = write(tmp_path / "whole.pth", state)
    assert codes(loadstone.check(whole, into=NotStrict)) == []
    assert torch.equal(loadstone.load(whole, into=NotStrict).model.out.weight, state["out.weight"])


def test_names_are_brought_into_line_for_a_class_that_takes_any(tmp_path):
    state = Two().state_dict()
    path = write(tmp_path / "m.pth", {f"net.{key}": value for key, value in state.items()})
    assert codes(loadstone.check(path, into=NotStrict)) == ["LS405"]
    loaded = loadstone.load(path, into=NotStrict, fix="safe").model
    assert all(torch.equal(loaded.state_dict()[key], value) for key, value in state.items())


def test_what_a_class_did_not_take_at_the_load_is_seen(tmp_path):
    path = write(tmp_path / "m.pth", Two().state_dict())
    with pytest.raises(UsageError, match="not what the file holds"):
        loadstone.load(path, into=Careless)


def test_numbers_that_are_none_are_compared_too(tmp_path):
    state = Two().state_dict()
    state["out.bias"][0] = torch.nan
    path = write(tmp_path / "m.pth", state)
    loaded = loadstone.load(path, into=Two).model
    assert torch.isnan(loaded.out.bias[0])
    with pytest.raises(UsageError, match="not what the file holds"):
        loadstone.load(path, into=Careless)
