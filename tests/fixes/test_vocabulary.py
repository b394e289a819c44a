"""Embeddings of another number of entries: rows left out or added on demand, and said so."""

from __future__ import annotations

import pytest
import torch
from safetensors.torch import load_file
from torch import nn

import loadstone


class Tagger(nn.Module):
    def __init__(self, words=30, classes=3, *, tied=False):
        super().__init__()
        self.embed = nn.Embedding(words, 6)
        self.norm = nn.LayerNorm(6)
        self.classes = nn.Linear(6, classes)
        self.head = nn.Linear(6, words)
        if tied:
            self.head.weight = self.embed.weight


@pytest.mark.parametrize(("saved", "wanted"), [(32, 30), (30, 33)])
@pytest.mark.parametrize("tied", [False, True])
def test_rows_are_left_out_or_are_zeros(tmp_path, saved, wanted, tied):
    torch.manual_seed(0)
    state = Tagger(saved, tied=tied).state_dict()
    path = tmp_path / "model.pth"
    torch.save(state, path)

    def make():
        return Tagger(wanted, tied=tied)

    assert loadstone.fix(path, into=make).wrote == ()  # not unless it is asked for
    report = loadstone.fix(path, into=make, unsafe=True)
    assert [item.check.code for item in report.fixed] == ["LS427"]
    assert report.verdict.loads == "yes"
    found = load_file(report.wrote[0])
    few = min(saved, wanted)
    for key, value in state.items():
        if value.shape[0] != saved:
            assert torch.equal(found[key], value)
            continue
        assert found[key].shape[0] == wanted
        assert torch.equal(found[key][:few], value[:few])
        assert not found[key][few:].any()
    loaded = loadstone.load(path, into=make, fixes=report.wrote[1]).model.state_dict()
    assert all(torch.equal(loaded[key], found[key]) for key in found)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Tagger(30, classes=4),  # the classes differ too, by another number
        lambda: Tagger(32, classes=4),
    ],
)
def test_another_number_of_classes_is_no_vocabulary(tmp_path, make):
    path = tmp_path / "model.pth"
    torch.save(Tagger(32).state_dict(), path)
    report = loadstone.fix(path, into=make, unsafe=True)
    assert [item.check.code for item in report.errors] == ["LS403"]
    assert report.wrote == ()


def test_behind_a_wrapper_it_is_told_and_left(tmp_path):
    path = tmp_path / "model.pth"
    torch.save({f"module.{key}": value for key, value in Tagger(32).state_dict().items()}, path)
    report = loadstone.check(path, into=Tagger)
    (found,) = [item.finding for item in report.errors if item.check.code == "LS427"]
    assert found.fix.safety == "manual"
