"""Weights under a norm: old names, parametrizations and plain ones, against torch itself."""

from __future__ import annotations

import itertools
import warnings

import pytest
import torch
from torch import nn
from torch.nn.utils import parametrizations

import loadstone
from loadstone.core.facts import TensorFact
from loadstone.statedict.match import match
from loadstone.statedict.norms import normed

warnings.filterwarnings("ignore", category=FutureWarning)
FORMS = {
    "plain": lambda layer: layer,
    "old": nn.utils.weight_norm,
    "new": parametrizations.weight_norm,
}
SPECTRAL = {
    "old": nn.utils.spectral_norm,
    "new": parametrizations.spectral_norm,
}
LAYERS = {
    "linear": (lambda: nn.Linear(6, 4), (3, 6)),
    "conv": (lambda: nn.Conv2d(3, 5, 3), (2, 3, 7, 7)),
    "transposed": (lambda: nn.ConvTranspose1d(4, 3, 5), (2, 4, 9)),
    "square": (lambda: nn.Linear(5, 5), (3, 5)),
}
ignored = pytest.mark.filterwarnings("ignore:`torch.nn.utils.weight_norm` is deprecated")


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    torch.manual_seed(0)


def trained(model: nn.Module, shape: tuple[int, ...]):
    """Give every parameter other numbers than it is made with; return inputs and outputs."""
    with torch.no_grad():
        for tensor in model.parameters():
            tensor.add_(torch.rand_like(tensor) * 0.3)
    inputs = torch.randn(shape)
    with torch.no_grad():
        return inputs, model.eval()(inputs)


@ignored
@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("pair", list(itertools.permutations(FORMS, 2)), ids="-".join)
def test_weight_norm_from_each_form_into_each(layer, pair):
    make, shape = LAYERS[layer]
    before, after = (FORMS[form] for form in pair)
    model = nn.Sequential(before(make()))
    inputs, outputs = trained(model, shape)
    torch.save(model.state_dict(), "model.pth")

    def into():
        return nn.Sequential(after(make()))

    report = loadstone.fix("model.pth", into=into, examples=(inputs, outputs))
    assert report.verdict.loads == "yes"
    if pair[0] == "plain":  # `g·v/‖v‖` rounds
        predictor = loadstone.load(report.wrote[0], into=into)
        assert torch.allclose(torch.as_tensor(predictor.predict(inputs)), outputs, atol=1e-5)
    else:
        assert report.verdict.predicts_the_same == "identical"


@ignored
@pytest.mark.parametrize("dim", [None, 0, 1, 2])
def test_the_axis_of_lengths_is_that_of_the_file(dim):
    model = nn.Sequential(nn.utils.weight_norm(nn.Conv1d(4, 6, 3), dim=dim))
    inputs, outputs = trained(model, (2, 4, 8))
    torch.save(model.state_dict(), "model.pth")
    report = loadstone.fix(
        "model.pth", into=lambda: nn.Sequential(nn.Conv1d(4, 6, 3)), examples=(inputs, outputs)
    )
    assert report.verdict.predicts_the_same == "identical"


@pytest.mark.parametrize("form", SPECTRAL)
@pytest.mark.parametrize("layer", LAYERS)
def test_spectral_norm_becomes_the_plain_weight_of_eval_mode(form, layer):
    make, shape = LAYERS[layer]
    model = nn.Sequential(SPECTRAL[form](make()))
    for _ in range(3):
        model(torch.randn(shape))
    inputs, outputs = trained(model, shape)
    torch.save(model.state_dict(), "model.pth")

    def into():
        return nn.Sequential(make())

    alone = loadstone.check("model.pth", into=into)
    assert [item.check.code for item in alone.found] == ["LS436"]
    assert alone.found[0].finding.fix.safety == ("unsafe" if layer == "square" else "safe")
    report = loadstone.fix("model.pth", into=into, examples=(inputs, outputs))
    assert report.verdict.predicts_the_same == "identical"


def test_vectors_of_a_spectral_norm_are_not_made_up():
    torch.save(nn.Sequential(nn.Linear(6, 4)).state_dict(), "model.pth")
    report = loadstone.check(
        "model.pth", into=lambda: nn.Sequential(parametrizations.spectral_norm(nn.Linear(6, 4)))
    )
    assert all(not item.finding.fix.edits for item in report.found if item.finding.fix)


@ignored
def test_folded_layers_may_be_renamed_too():
    model = nn.ModuleDict({"up": nn.utils.weight_norm(nn.Linear(6, 4)), "down": nn.Linear(4, 6)})
    torch.save({f"module.{key}": value for key, value in model.state_dict().items()}, "model.pth")

    def into():
        return nn.ModuleDict({"wide": nn.Linear(6, 4), "narrow": nn.Linear(4, 6)})

    report = loadstone.fix("model.pth", into=into)
    assert report.verdict.loads == "yes"
    assert {item.check.code for item in report.fixed} == {"LS404", "LS436"}
    net = loadstone.load(report.wrote[0], into=into).model
    assert torch.equal(net["wide"].weight, model["up"].weight)


@ignored
def test_in_memory_it_is_the_same():
    model = nn.Sequential(nn.utils.weight_norm(nn.Linear(6, 4)))
    trained(model, (3, 6))
    torch.save(model.state_dict(), "model.pth")
    net = loadstone.load("model.pth", into=lambda: nn.Sequential(nn.Linear(6, 4)), fix="safe").model
    assert torch.equal(net[0].weight, model[0].weight)


def facts(**shapes: tuple[int, ...]) -> dict[str, TensorFact]:
    return {key: TensorFact("float32", shape) for key, shape in shapes.items()}


def test_what_is_only_named_so_is_no_norm():
    assert not normed(facts(a_g=(3, 2), a_v=(3, 2)))
    assert not normed(facts(a_g=(3, 1), a_v=(3, 2), a=(3, 2)))
    assert not normed(facts(a_orig=(3, 2), a_u=(2,), a_v=(2,)))
    assert normed(facts(a_g=(3, 1), a_v=(3, 2)))["a"].parts == ("a_g", "a_v")
    assert normed(facts(a_g=(), a_v=(3, 2)))


def test_each_side_may_have_norms_that_the_other_lacks():
    saved = facts(**{"x.weight_g": (3, 1), "x.weight_v": (3, 2), "y.weight": (2, 3)})
    expected = facts(**{"x.weight": (3, 2), "y.weight_g": (2, 1), "y.weight_v": (2, 3)})
    found = match(saved, expected)
    assert found.complete
    assert [edit.op for step in found.steps for edit in step.edits] == ["fold-norm", "part-norm"]


def test_what_was_folded_is_not_parted_again():
    saved = facts(**{"x.weight_g": (3, 1), "x.weight_v": (3, 2)})
    expected = facts(**{"y.weight_g": (1, 2), "y.weight_v": (3, 2)})
    assert not match(saved, expected).complete
