"""A whole pickled model gives up its state dict where its classes are gone."""

from __future__ import annotations

import contextlib
import pickle
import sys
import types
import warnings

import pytest
import torch
from safetensors.torch import load_file
from torch import nn

import loadstone
from loadstone.cli.main import main
from loadstone.core import ExtractTensors

GONE = "gone_models"


class Many(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, stride=2, bias=False)
        self.norm, self.lstm = nn.BatchNorm2d(4), nn.LSTM(4, 3, 2, bidirectional=True)
        self.parts = nn.ParameterList([nn.Parameter(torch.randn(2)), nn.Parameter(torch.randn(3))])
        self.named = nn.ParameterDict({"a": nn.Parameter(torch.randn(1))})
        self.layers = nn.ModuleDict(
            {"x.y".replace(".", "_"): nn.Linear(2, 2).half(), "none": nn.Identity()}
        )
        self.register_buffer("kept", torch.arange(4))
        self.register_buffer("passing", torch.zeros(3), persistent=False)
        self.register_buffer("empty", None)
        self.register_parameter("absent", None)
        self.view = nn.Parameter(torch.randn(6, 4).t()[1:3])
        self.rate, self.names = 0.25, ["a", "b"]


class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed, self.head = nn.Embedding(6, 4), nn.Linear(4, 6, bias=False)
        self.head.weight = self.embed.weight
        self.again = self.head


class Normed(nn.Module):
    def __init__(self):
        super().__init__()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            self.one = nn.utils.weight_norm(nn.Linear(3, 4))
            self.two = nn.utils.spectral_norm(nn.Linear(3, 4))


class Listed(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc, self.layers = nn.Linear(3, 2), [nn.Linear(2, 2)]


@contextlib.contextmanager
def gone(*kinds):
    """Give the classes a module that is there while they are saved."""
    module = types.ModuleType(GONE)
    before = {kind: kind.__module__ for kind in kinds}
    for kind in kinds:
        kind.__module__ = GONE
        setattr(module, kind.__name__, kind)
    sys.modules[GONE] = module
    try:
        yield
    finally:
        del sys.modules[GONE]
        for kind, name in before.items():
            kind.__module__ = name


def plain(model, path):
    path.write_bytes(pickle.dumps(model))


def legacy(model, path):
    torch.save(model, path, _use_new_zipfile_serialization=False)


WRITERS = {"zip": torch.save, "legacy": legacy, "pickle": plain}
MODELS = {
    "many": Many,
    "tied": Tied,
    "normed": Normed,
    "wrapped": lambda: nn.DataParallel(Many()),
    "averaged": lambda: torch.optim.swa_utils.AveragedModel(Tied()),
}


@pytest.mark.filterwarnings("ignore:Couldn't retrieve source code")
@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("name", MODELS)
def test_what_is_taken_out_is_the_state_dict(name, writer, tmp_path):
    torch.manual_seed(0)
    model = MODELS[name]()
    path = tmp_path / "model.pth"
    with gone(Many, Tied, Normed):
        WRITERS[writer](model, path)
    report = loadstone.fix(path)
    edits = {item.check.code: item.finding.fix.edits for item in report.fixed if item.finding.fix}
    (code,) = [code for code, edit in edits.items() if edit == (ExtractTensors("module"),)]
    assert code in ("LS301", "LS107")
    taken, state = load_file(report.wrote[0]), model.state_dict()
    assert list(taken) == list(state)
    for key, value in state.items():
        assert taken[key].dtype is value.dtype
        assert torch.equal(taken[key], value)
    again = MODELS[name]()
    again.load_state_dict(taken, strict=True)
    assert report.errors == ()


def test_tensors_that_no_module_registers_are_left_out_only_when_asked(tmp_path):
    path = tmp_path / "model.pth"
    with gone(Listed):
        torch.save(Listed(), path)
    report = loadstone.fix(path)
    assert report.wrote == ()
    (fix,) = [item.finding.fix for item in report.found if item.check.code == "LS301"]
    assert (fix.safety, "layers" in fix.proof) == ("unsafe", True)
    assert set(load_file(loadstone.fix(path, unsafe=True).wrote[0])) == {"fc.weight", "fc.bias"}


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
def test_quantised_layers_save_more_than_they_register(tmp_path):
    path = tmp_path / "model.pth"
    model = torch.ao.quantization.quantize_dynamic(nn.Sequential(nn.Linear(3, 4)), {nn.Linear})
    torch.save(model, path)
    assert loadstone.fix(path).wrote == ()


def test_into_another_target_nothing_is_taken(tmp_path):
    path = tmp_path / "model.pth"
    with gone(Tied):
        torch.save(Tied(), path)
    report = loadstone.fix(path, into=Many)
    assert report.wrote == ()
    assert "LS301" in [item.check.code for item in report.found]


def test_inspect_tells_what_the_modules_were_built_with(tmp_path, capsys):
    path = tmp_path / "model.pth"
    with gone(Many):
        torch.save(Many(), path)
    assert main(["inspect", str(path)]) == 0
    told = capsys.readouterr().out
    assert "rate=0.25, names=('a', 'b')" in told
    assert "kernel_size=(3, 3), stride=(2, 2)" in told
    assert "input_size=4, hidden_size=3, num_layers=2" in told


def test_tensors_whose_numbers_lie_nowhere_are_not_offered(tmp_path):
    net = nn.Linear(2, 2)
    net.phase = nn.Parameter(torch.randn(2, dtype=torch.complex64).conj())
    torch.save(net, tmp_path / "net.pt")
    report = loadstone.check(tmp_path / "net.pt")
    assert not [found for found in report.found if found.finding.fix and found.finding.fix.edits]
