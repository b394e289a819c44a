"""What a model that was loaded holds of the file is told, tensor by tensor."""

from __future__ import annotations

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

import loadstone
from loadstone.cli.main import main
from loadstone.errors import UsageError


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body, self.norm, self.out = nn.Linear(4, 4), nn.BatchNorm1d(4), nn.Linear(4, 2)


def trained():
    torch.manual_seed(0)
    net = Net()
    with torch.no_grad():
        for tensor in net.state_dict().values():
            if tensor.is_floating_point():
                tensor.copy_(torch.rand_like(tensor))
    return net


def held(path, model, **asked):
    report = loadstone.check(path, loaded=model, **asked)
    rows = {
        row.expected: row.note
        for item in report.found
        if item.check.code == "LS422"
        for row in item.finding.rows
    }
    return report, rows


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "model.pth"
    torch.save(trained().state_dict(), path)
    return path


def test_a_model_of_the_file_is_told_as_such(file):
    report, rows = held(file, trained())
    assert (report.verdict.loads, rows) == ("yes", {})
    assert report.verdict.loads_because == "8 tensors of `test_loaded.Net` are those of the file"


def test_layers_that_a_loader_exchanged_are_named(tmp_path):
    torch.manual_seed(0)
    net = nn.ModuleDict({"left": nn.Linear(4, 4), "right": nn.Linear(4, 4)})
    torch.save(net.state_dict(), tmp_path / "model.pth")
    net["left"], net["right"] = net["right"], net["left"]
    report, rows = held(tmp_path / "model.pth", net)
    assert set(rows.values()) == {"exchanged"}
    assert report.found[0].finding.rows[0].saved == "right.weight"
    assert "`left.weight` those of `right.weight`" in report.found[0].finding.notes[0]


def test_a_square_matrix_that_a_loader_turned_is_named(file):
    model = trained()
    with torch.no_grad():
        model.body.weight.copy_(model.body.weight.T.clone())
    report, rows = held(file, model)
    assert rows == {"body.weight": "the other way round"}
    assert report.verdict.loads == "no"


def test_what_the_model_was_not_given_is_named(file):
    model = trained()
    model.out = nn.Linear(4, 2)
    report, rows = held(file, model)
    assert rows == dict.fromkeys(["out.weight", "out.bias"], "other numbers")
    assert report.verdict.loads == "no"


def test_a_file_without_them_and_a_filter_that_takes_nothing(tmp_path):
    state = {f"net.{key}": value for key, value in trained().state_dict().items()}
    save_file({key: value for key, value in state.items() if "out" not in key},
              tmp_path / "m.safetensors")  # fmt: skip
    model = trained()
    _, rows = held(tmp_path / "m.safetensors", model)
    assert rows == dict.fromkeys(["out.weight", "out.bias"], "not in the file")
    fresh = Net()
    fresh.load_state_dict({key: value for key, value in state.items() if key in fresh.state_dict()},
                          strict=False)  # fmt: skip
    report, rows = held(tmp_path / "m.safetensors", fresh)
    assert "8 of 8 tensors" in next(i.finding.message for i in report.found)
    assert set(rows.values()) == {"not in the file"}


def test_renamed_and_turned_by_the_loader(tmp_path):
    """Names that no match tells are found by their numbers, zeros beside them by their module."""
    state = trained().state_dict()
    state["body.bias"] = torch.zeros(4)
    names = {"body": "zeta", "norm": "eta", "out": "theta"}
    other = {
        f"{names[key.partition('.')[0]]}.{key.partition('.')[2]}": value
        for key, value in state.items()
    }
    torch.save(other, tmp_path / "m.pth")
    model = Net()
    model.load_state_dict(state)
    report, rows = held(tmp_path / "m.pth", model)
    assert (report.verdict.loads, rows) == ("yes", {})


def test_half_precision_is_the_files_until_it_overflows(file, tmp_path):
    assert held(file, trained().half())[1] == {}
    model = trained()
    with torch.no_grad():
        model.out.bias[0] = 70000.0
    torch.save(model.state_dict(), tmp_path / "large.pth")
    _, rows = held(tmp_path / "large.pth", model.half())
    assert rows == {"out.bias": "too large for its dtype"}
    with pytest.raises(UsageError, match="float16 cannot hold"):
        loadstone.load(tmp_path / "large.pth", into=lambda: Net().half())


def test_what_the_model_has_no_place_for_is_a_warning(tmp_path):
    torch.save({**trained().state_dict(), "extra.weight": torch.ones(3)}, tmp_path / "m.pth")
    report, rows = held(tmp_path / "m.pth", trained())
    assert [(i.check.code, i.severity) for i in report.found] == [("LS422", "warning")]
    assert rows == {}


def test_empty_and_nothing_to_compare(file, tmp_path):
    _, rows = held(file, Net().to("meta"))
    assert len(rows) == 8
    (tmp_path / "model.txt").write_text("no model")
    with pytest.raises(UsageError, match="holds no tensors"):
        loadstone.check(tmp_path / "model.txt", loaded=trained())
    with pytest.raises(UsageError, match="no `into`"):
        loadstone.check(file, loaded=trained(), into=Net)


def test_from_the_command_line(file, tmp_path, monkeypatch, capsys):
    (tmp_path / "mine.py").write_text(
        "import torch\nfrom torch import nn\n\n\ndef load():\n"
        "    model = nn.Sequential(nn.Linear(4, 2))\n"
        "    model.load_state_dict(torch.load('model.pth'), strict=False)\n    return model\n"
    )
    monkeypatch.chdir(tmp_path)
    assert main(["check", "model.pth", "--loaded", "mine:load"]) == 1
    assert "2 of 2 tensors" in capsys.readouterr().out
    assert main(["check", "model.pth", "--loaded", "mine:load", "--fix"]) == 2
