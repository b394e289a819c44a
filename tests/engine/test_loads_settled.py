"""Loading and saving take what `check` takes: the entry, examples that settle, a base."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import nn

import loadstone
from loadstone.cli.main import main
from loadstone.errors import LoadError, UsageError

NET = '''
import torch
from torch import nn


class Twins(nn.Module):
    """Two layers of one shape, one after the other."""

    def __init__(self, one="left", other="right"):
        super().__init__()
        self.names = one, other
        self.add_module(one, nn.Linear(4, 4))
        self.add_module(other, nn.Linear(4, 4))
        self.out = nn.Linear(4, 2)

    def forward(self, x):
        one, other = (getattr(self, name) for name in self.names)
        return self.out(torch.tanh(other(torch.tanh(one(x)))))
'''


@pytest.fixture
def twins(tmp_path, monkeypatch):
    """The class in the current folder, and a file whose names tell its two layers not apart."""
    (tmp_path / "twins_net.py").write_text(NET)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    import twins_net

    yield twins_net.Twins
    del __import__("sys").modules["twins_net"]


def trained(net):
    torch.manual_seed(1)
    for parameter in net.parameters():
        nn.init.normal_(parameter)
    inputs = torch.randn(5, 4)
    with torch.no_grad():
        return inputs, net.eval()(inputs)


def saved(twins):
    net = twins("zulu", "alpha")
    examples = trained(net)
    torch.save(net.state_dict(), "model.pth")
    return examples


def test_a_load_is_settled_by_outputs(twins):
    inputs, outputs = saved(twins)
    with pytest.raises(LoadError):
        loadstone.load("model.pth", into=twins, fix="safe")
    found = loadstone.load("model.pth", into=twins, fix="safe", examples=(inputs, outputs))
    assert torch.equal(torch.as_tensor(found.predict(inputs)), outputs)
    with pytest.raises(LoadError):
        loadstone.load("model.pth", into=twins, fix="safe", examples=(inputs, -outputs))


def command(*words):
    return main(["save", *words, "--into", "twins_net:Twins"])


def test_a_save_is_settled_by_outputs(twins, capsys):
    inputs, outputs = saved(twins)
    np.savez("examples.npz", inputs=inputs.numpy(), outputs=outputs.numpy())
    np.save("inputs.npy", inputs.numpy())
    assert command("model.pth", "--examples", "inputs.npy", "-o", "none.lode", "--fix") == 1
    assert command("model.pth", "--examples", "examples.npz", "-o", "a.lode", "--fix") == 0
    assert not Path("none.lode").exists()
    found = loadstone.load("a.lode").predict(inputs)
    assert torch.allclose(torch.as_tensor(found), outputs)
    capsys.readouterr()


def test_a_save_takes_the_entry_that_is_named(twins, capsys):
    held, outputs = {}, {}
    for name in ("student", "teacher"):
        net = twins()
        torch.manual_seed(len(name))
        for parameter in net.parameters():
            nn.init.normal_(parameter)
        held[name] = net.state_dict()
        with torch.no_grad():
            outputs[name] = net.eval()(torch.ones(1, 4))
    torch.save(held, "both.pth")
    np.save("ones.npy", np.ones((1, 4), "f4"))
    asked = ("both.pth", "--examples", "ones.npy")
    assert command(*asked, "-o", "none.lode") == 1
    for name in held:
        assert command(*asked, "-o", f"{name}.lode", "--entry", name) == 0
        found = loadstone.load(f"{name}.lode").predict(torch.ones(1, 4))
        assert torch.allclose(torch.as_tensor(found), outputs[name])
    capsys.readouterr()


def adapted(twins):
    """Write a base and an adapter; return the base with the adapter added."""
    net = twins()
    trained(net)
    save_file(net.state_dict(), "base.safetensors")
    Path("adapter").mkdir()
    before = "base_model.model.left.lora_"
    held = {f"{before}A.weight": torch.randn(2, 4), f"{before}B.weight": torch.randn(4, 2)}
    save_file(held, "adapter/adapter_model.safetensors")
    settings = {"peft_type": "LORA", "r": 2, "lora_alpha": 2, "target_modules": ["left"]}
    Path("adapter/adapter_config.json").write_text(json.dumps(settings))
    a, b = held.values()
    with torch.no_grad():
        net.left.weight += b @ a
        return net(torch.ones(1, 4))


def test_an_adapter_predicts_with_its_base(twins, capsys):
    expected = adapted(twins)
    found = loadstone.load("adapter", into=twins, base="base.safetensors")
    assert torch.allclose(torch.as_tensor(found.predict(torch.ones(1, 4))), expected)
    np.save("ones.npy", np.ones((1, 4), "f4"))
    words = ("adapter", "--base", "base.safetensors")
    assert main(["predict", *words, "--into", "twins_net:Twins", "-i", "ones.npy", "-o", "-"]) == 0
    told = json.loads(capsys.readouterr().out)["predictions"]
    assert np.allclose(told, expected.numpy())
    assert command(*words, "--examples", "ones.npy", "-o", "whole.lode") == 0
    found = loadstone.load("whole.lode").predict(torch.ones(1, 4))
    assert torch.allclose(torch.as_tensor(found), expected)
    assert set(load_file("base.safetensors")) == set(twins().state_dict())
    capsys.readouterr()


def test_what_does_not_take_a_base_says_so(twins):
    saved(twins)
    adapted(twins)
    with pytest.raises(UsageError, match="give the class"):
        loadstone.load("adapter", base="base.safetensors")
    with pytest.raises(UsageError, match="is no adapter"):
        loadstone.load("model.pth", into=twins, base="base.safetensors")
    loadstone.save(twins().eval(), "b.lode", examples=torch.ones(2, 4))
    for asked in ({"base": "base.safetensors"}, {"examples": (torch.ones(1, 4), torch.ones(1, 2))}):
        with pytest.raises(UsageError, match="for bare files"):
            loadstone.load("b.lode", **asked)
