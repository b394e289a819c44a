"""The Python that a finding shows makes the file load: it is run, and the weights are there."""

from __future__ import annotations

import pickle
import sys
import types
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

import loadstone


class Whole(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(3, 2)


@pytest.fixture
def module(monkeypatch):
    """Pickle the class under a module that can be imported by its name."""
    home = types.ModuleType("advice_net")
    home.Whole = Whole
    monkeypatch.setitem(sys.modules, "advice_net", home)
    monkeypatch.setattr(Whole, "__module__", "advice_net")


def arrays() -> dict[str, np.ndarray]:
    return {f"fc.{key}": value.numpy() for key, value in nn.Linear(3, 2).state_dict().items()}


def advice(path, code, **asked):
    report = loadstone.check(path, **asked)
    return next(item.finding for item in report.found if item.check.code == code)


def run(source, **names):
    exec(compile(source, "<fix>", "exec"), names)
    return names


def same(state, expected):
    assert state.keys() == expected.keys()
    assert all(torch.equal(state[key], torch.as_tensor(value)) for key, value in expected.items())


def test_a_pickle_of_arrays(tmp_path: Path) -> None:
    path, state = tmp_path / "net.pkl", arrays()
    path.write_bytes(pickle.dumps(state, 2))  # which has no bytes to copy: a text stands for them
    run(advice(path, "LS102", into=Whole()).fix.python)
    model = Whole()
    model.load_state_dict(torch.load(f"{path}.pth"))
    same(model.state_dict(), state)


def test_a_torch_file_of_arrays(tmp_path: Path) -> None:
    path, state = tmp_path / "net.pth", arrays()
    torch.save(state, path)
    fix = advice(path, "LS307", into=Whole()).fix
    assert fix.title == "allow these names, and no others, and make tensors of the arrays"
    model = Whole()
    model.load_state_dict(run(fix.python)["checkpoint"])
    same(model.state_dict(), state)


@pytest.mark.usefixtures("module")
def test_a_checkpoint_around_a_whole_module(tmp_path: Path) -> None:
    path, whole = tmp_path / "net.pth", Whole()
    torch.save({"model": whole, "epoch": 3}, path)
    found = advice(path, "LS103", into=Whole())
    assert found.message == (
        "the file is a checkpoint: the whole model, a `advice_net.Whole`, is under `model`"
    )
    model = Whole()
    run(found.fix.python, model=model)
    same(model.state_dict(), whole.state_dict())
