"""Whole models that torch 1.7.0 pickled predict the same here, with what LS308 says they lack."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

import loadstone

FILES = Path(__file__).parents[1] / "files" / "torch_modules"
TOLD = json.loads((FILES / "outputs.json").read_text())["models"]


@pytest.fixture
def loaded(monkeypatch):
    """Return what opens such a file as its reader of today does."""
    linear = torch.nn.modules.linear
    monkeypatch.setattr(  # LS310 says so
        linear, "_LinearWithBias", linear.NonDynamicallyQuantizableLinear, raising=False
    )
    return lambda name: torch.load(FILES / f"{name}.pt", weights_only=False)


def predicted(model: torch.nn.Module, name: str) -> torch.Tensor:
    given = torch.tensor(TOLD[name]["given"])
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        outputs: Any = model(*[given] * TOLD[name]["times"])
    return outputs[0] if isinstance(outputs, tuple) else outputs


@pytest.mark.parametrize("name", TOLD)
def test_the_attributes_that_are_named_give_the_outputs_of_then(name, loaded):
    report = loadstone.check(FILES / f"{name}.pt")
    (found,) = (item.finding for item in report.found if item.check.code == "LS308")
    model = loaded(name)
    with pytest.raises(AttributeError, match="has no attribute"):
        predicted(model, name)
    exec(found.fix.python, {"model": model})
    assert torch.allclose(predicted(model, name), torch.tensor(TOLD[name]["output"]), atol=1e-6)


@pytest.mark.parametrize("name", ["attention", "encoder", "transformer"])
def test_a_class_that_has_another_name_now_gives_up_its_tensors(name, tmp_path, loaded):
    report = loadstone.fix(FILES / f"{name}.pt", out=tmp_path / "out.safetensors")
    assert "LS310" in [item.check.code for item in report.fixed]
    state, expected = load_file(report.wrote[0]), loaded(name).state_dict()
    assert state.keys() == expected.keys()
    assert all(torch.equal(state[key], value) for key, value in expected.items())


@pytest.mark.filterwarnings("ignore:enable_nested_tensor")
def test_todays_class_takes_the_tensors_and_predicts_the_same(tmp_path):
    def into() -> torch.nn.Module:
        return torch.nn.Transformer(4, 2, 1, 1, 8)

    report = loadstone.fix(FILES / "transformer.pt", into=into, out=tmp_path / "out.safetensors")
    net = loadstone.load(report.wrote[0], into=into).model
    assert torch.allclose(
        predicted(net, "transformer"), torch.tensor(TOLD["transformer"]["output"]), atol=1e-6
    )
