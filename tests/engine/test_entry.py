"""Which state dict of a checkpoint is meant can be said, and is kept to."""

from __future__ import annotations

import pytest
import torch
from safetensors.torch import load_file
from torch import nn

import loadstone
from loadstone.cli.main import main
from loadstone.errors import LoadError, UsageError


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 2)


@pytest.fixture
def checkpoint(tmp_path):
    state = Net().state_dict()
    other = {f"module.{key}": value + 1 for key, value in state.items()}
    torch.save({"student": state, "nets": {"teacher": other}, "epoch": 3}, tmp_path / "m.pth")
    return tmp_path / "m.pth", {
        "student": state["fc.weight"],
        "nets.teacher": state["fc.weight"] + 1,
    }


def test_without_a_word_neither_is_taken(checkpoint):
    path, _ = checkpoint
    report = loadstone.fix(path, into=Net)
    assert report.wrote == ()
    (found,) = report.found
    assert "--entry student" in found.finding.fix.shell
    with pytest.raises(LoadError, match="LS103"):
        loadstone.load(path, into=Net, fix="safe")


@pytest.mark.parametrize("entry", ["student", "nets.teacher"])
@pytest.mark.parametrize("into", [Net, None])
def test_the_one_that_is_named_is_taken(checkpoint, entry, into):
    path, weights = checkpoint
    report = loadstone.fix(path, into=into, entry=entry)
    written = load_file(report.wrote[0])
    prefix = "" if into or entry == "student" else "module."
    assert torch.equal(written[f"{prefix}fc.weight"], weights[entry])
    assert report.errors == ()
    if into:
        for choice in ({"entry": entry, "fix": "safe"}, {"fixes": report.wrote[1]}):
            loaded = loadstone.load(path, into=Net, **choice).model
            assert torch.equal(loaded.fc.weight, weights[entry])


def test_an_entry_that_is_not_there_is_refused(checkpoint, tmp_path, capsys):
    path, _ = checkpoint
    with pytest.raises(UsageError, match=r"`student` and `nets.teacher`"):
        loadstone.check(path, entry="teacher")
    assert main(["check", str(path), "--entry", "epoch"]) == 2
    assert "no state dict `epoch`" in capsys.readouterr().err
    torch.save(Net().state_dict(), tmp_path / "plain.pth")
    with pytest.raises(UsageError, match="holds no entries"):
        loadstone.check(tmp_path / "plain.pth", into=Net, entry="model")


def test_the_next_command_repeats_it(checkpoint, capsys):
    path, _ = checkpoint
    assert main(["check", str(path), "--entry", "nets.teacher"]) == 0
    assert "--entry nets.teacher --fix" in capsys.readouterr().out
