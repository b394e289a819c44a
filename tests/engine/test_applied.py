"""Whether a loaded model is the base with its adapter is told, tensor by tensor."""

from __future__ import annotations

import json

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import nn

import loadstone
from loadstone.core.edits import MergeAdapter
from loadstone.core.facts import Artifact, Base
from loadstone.engine.applied import applied
from loadstone.engine.gather import whole
from loadstone.errors import UsageError
from loadstone.fixes.lora import merge

SETTINGS = {"peft_type": "LORA", "r": 2, "lora_alpha": 8, "target_modules": ["fc1"]}


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(6, 5), nn.Linear(5, 2)


class Layer(nn.Module):
    """A layer as PEFT puts one around another."""

    def __init__(self, inner, a, b):
        super().__init__()
        self.base_layer = inner
        self.lora_A, self.lora_B = (
            nn.ModuleDict({"default": nn.Linear(*item.shape[::-1], bias=False)}) for item in (a, b)
        )
        with torch.no_grad():
            self.lora_A["default"].weight.copy_(a)
            self.lora_B["default"].weight.copy_(b)


@pytest.fixture
def pair(tmp_path):
    """A base and an adapter, in folders."""
    torch.manual_seed(0)
    base = Net()
    save_file(base.state_dict(), tmp_path / "base.safetensors")
    (tmp_path / "adapter").mkdir()
    before = "base_model.model.fc1.lora_"
    held = {f"{before}A.weight": torch.randn(2, 6), f"{before}B.weight": torch.randn(5, 2)}
    save_file(held, tmp_path / "adapter" / "adapter_model.safetensors")
    (tmp_path / "adapter" / "adapter_config.json").write_text(json.dumps(SETTINGS))
    return tmp_path, base, list(held.values())


def told(folder, model):
    artifact, base = whole(folder / "adapter"), whole(folder / "base.safetensors")
    assert isinstance(artifact, Artifact)
    facts = Base(base.path, base.state_dicts[0].tensors)
    found = applied(artifact, facts, model)
    return found.added, found.bare, found.other


def wrapped(base, matrices):
    outer = nn.Module()
    outer.base_model = nn.Module()
    outer.base_model.model = base
    base.fc1 = Layer(base.fc1, *matrices)
    return outer


def merged(folder):
    output = folder / "merged.safetensors"
    edit = MergeAdapter("merged.safetensors", str(folder / "base.safetensors"), "")
    merge(folder / "adapter", edit, output)
    net = Net()
    net.load_state_dict(load_file(output))
    return net


def test_the_base_alone_is_told(pair):
    assert told(pair[0], pair[1]) == ((), ("fc1.weight",), ())


def test_an_adapter_beside_its_base_is_on_it(pair):
    folder, base, matrices = pair
    assert told(folder, wrapped(base, matrices)) == (("fc1.weight",), (), ())


def test_an_adapter_merged_into_its_base_is_on_it_whatever_the_order_of_the_sums(pair):
    folder, base, (a, b) = pair
    assert told(folder, merged(folder)) == (("fc1.weight",), (), ())
    with torch.no_grad():
        base.fc1.weight += 4 * (b.double() @ a.double()).float()
    assert told(folder, base) == (("fc1.weight",), (), ())
    assert told(folder, base.half()) == (("fc1.weight",), (), ())


def test_a_model_that_lacks_what_the_adapter_changes_is_not_said_to_have_it(pair):
    folder, base, _ = pair
    other = nn.Module()
    other.fc2 = base.fc2
    with pytest.raises(UsageError, match=r"has no `fc1\.weight`"):
        told(folder, other)


def test_what_was_trained_whole_beside_the_adapter_is_found_where_peft_keeps_it(pair):
    folder, base, matrices = pair
    place = folder / "adapter" / "adapter_model.safetensors"
    new = {
        f"base_model.model.fc2.{name}": torch.ones_like(item)
        for name, item in base.fc2.state_dict().items()
    }
    save_file({**load_file(place), **new}, place)
    settings = {**SETTINGS, "modules_to_save": ["fc2"]}
    (folder / "adapter" / "adapter_config.json").write_text(json.dumps(settings))
    outer = wrapped(base, matrices)
    trained = nn.Linear(5, 2)
    for parameter in trained.parameters():
        nn.init.ones_(parameter)
    around = nn.Module()
    around.original_module, around.modules_to_save = base.fc2, nn.ModuleDict({"default": trained})
    base.fc2 = around
    added, bare, other = told(folder, outer)
    assert (set(added), bare, other) == ({"fc1.weight", "fc2.weight", "fc2.bias"}, (), ())
    untouched = Net()
    untouched.load_state_dict(load_file(folder / "base.safetensors"))
    assert told(folder, untouched) == ((), ("fc1.weight", "fc2.weight", "fc2.bias"), ())
    nn.init.zeros_(trained.bias)
    assert told(folder, outer)[2] == ("fc2.bias",)


def test_another_base_is_told_beside_the_adapter_and_merged(pair):
    folder, _, matrices = pair
    other = Net()
    with torch.no_grad():
        other.fc2.load_state_dict(merged(folder).fc2.state_dict())
    assert told(folder, wrapped(other, matrices))[2] == ("fc1.weight", "fc1.bias")
    assert "fc1.weight" in told(folder, Net())[2]


def test_another_adapter_of_its_shapes_is_told(pair):
    folder, base, (a, b) = pair
    outer = wrapped(base, (a, b + 1))
    assert told(folder, outer) == (("fc1.weight",), (), ("fc1.lora_B.weight",))


def test_it_takes_the_base_and_says_so(pair):
    folder, base, _ = pair
    with pytest.raises(UsageError, match="take its `base` too"):
        loadstone.check(folder / "adapter", loaded=base)
    report = loadstone.check(folder / "adapter", loaded=base, base=folder / "base.safetensors")
    assert "LS428" in [item.check.code for item in report.found]
