"""Where names and shapes leave several ways, outputs of examples decide, or nothing does."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

import loadstone
from loadstone.core.facts import Trials
from loadstone.engine import saved as facts_files
from loadstone.engine.run import run_checks


class Twins(nn.Module):
    """Two layers of one shape, one after the other."""

    def __init__(self, one: str = "left", other: str = "right") -> None:
        super().__init__()
        self.names = one, other
        self.add_module(one, nn.Linear(4, 4))
        self.add_module(other, nn.Linear(4, 4))
        self.out = nn.Linear(4, 2)

    def forward(self, x):
        one, other = (getattr(self, name) for name in self.names)
        return self.out(torch.tanh(other(torch.tanh(one(x)))))


class Sum(nn.Module):
    """Two layers of one shape that may change places."""

    def __init__(self, one: str = "left", other: str = "right") -> None:
        super().__init__()
        self.names = one, other
        self.add_module(one, nn.Linear(4, 4))
        self.add_module(other, nn.Linear(4, 4))

    def forward(self, x):
        one, other = (getattr(self, name) for name in self.names)
        return one(x) + other(x)


def saved_as(model: nn.Module, state: dict | None = None):
    """Save a trained model's state dict; return inputs and what it predicts for them."""
    torch.manual_seed(1)
    torch.save(model.state_dict() if state is None else state, "model.pth")
    inputs = torch.randn(5, 4)
    with torch.no_grad():
        return inputs, model.eval()(inputs)


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    torch.manual_seed(0)


def label(row: torch.Tensor) -> int:
    if row.ndim != 1:
        raise ValueError(row.shape)
    return int(row.argmax())


def renamed(model: nn.Module, names: dict[str, str]) -> dict:
    def new(key: str) -> str:
        first, dot, rest = key.partition(".")
        return names.get(first, first) + dot + rest

    return {new(key): tensor for key, tensor in model.state_dict().items()}


def test_equal_siblings_of_other_names_are_settled_and_fixed():
    examples = saved_as(Twins("zulu", "alpha"))
    alone = loadstone.check("model.pth", into=Twins)
    assert [item.check.code for item in alone.found] == ["LS404"]
    assert not alone.found[0].finding.fix.edits

    report = loadstone.fix("model.pth", into=Twins, examples=examples)
    assert report.verdict.loads == "yes"
    assert report.verdict.predicts_the_same == "identical"
    (fixed,) = report.fixed
    assert "witnesses identical: alone of" in fixed.finding.fix.proof


def test_without_a_fix_the_report_says_what_was_tried():
    examples = saved_as(Twins("zulu", "alpha"))
    report = loadstone.check("model.pth", into=Twins, examples=examples)
    assert report.verdict.predicts_the_same == "unproven"
    assert report.verdict.predicts_because.startswith("as it is, it does not load; witnesses ident")


def test_layers_that_may_change_places_are_declined():
    examples = saved_as(Sum("zulu", "alpha"))
    report = loadstone.check("model.pth", into=Sum, examples=examples)
    (found,) = report.found
    assert found.check.code == "LS404"
    assert not found.finding.fix.edits
    assert "which do not tell them apart" in found.finding.notes[-1]


def test_layers_with_the_same_numbers_are_one_way():
    model = Sum("zulu", "alpha")
    model.alpha.load_state_dict(model.zulu.state_dict())
    report = loadstone.fix("model.pth", into=Sum, examples=saved_as(model))
    assert report.verdict.predicts_the_same == "identical"


def test_outputs_of_another_model_settle_nothing():
    inputs, outputs = saved_as(Twins("zulu", "alpha"))
    report = loadstone.check("model.pth", into=Twins, examples=(inputs, outputs + 0.25))
    (found,) = report.found
    assert not found.finding.fix.edits
    assert found.finding.notes[-1].startswith("none of")


def test_labels_settle_nothing():
    inputs, outputs = saved_as(Twins("zulu", "alpha"))
    report = loadstone.check(
        "model.pth",
        into=Twins,
        examples=(inputs, outputs.argmax(1).tolist()),
        postprocess=label,
    )
    (found,) = report.found
    assert not found.finding.fix.edits
    assert "too few numbers" in found.finding.notes[-1]


def test_a_pairing_that_the_outputs_refute_is_no_longer_safe():
    inputs, outputs = saved_as(nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2)))
    into = nn.Sequential(nn.Linear(4, 3), nn.Identity(), nn.ReLU(), nn.Linear(3, 2))
    before = loadstone.check("model.pth", into=into)
    assert before.found[0].finding.fix.safety == "safe"
    examples = (inputs, outputs.flip(0))
    refuted = loadstone.check("model.pth", into=into, examples=examples)
    assert refuted.found[0].finding.fix.safety == "unsafe"
    assert "none of" in refuted.found[0].finding.fix.proof


def test_names_that_were_exchanged_in_the_class():
    model = Twins()
    examples = saved_as(model, renamed(model, {"left": "right", "right": "left"}))
    report = loadstone.check("model.pth", into=Twins, examples=examples)
    assert [item.check.code for item in report.found] == ["LS435"]
    assert report.found[0].finding.fix.safety == "safe"
    again = loadstone.fix("model.pth", into=Twins, examples=examples)
    assert again.verdict.predicts_the_same == "identical"
    assert not again.found


def test_square_matrices_that_lie_the_other_way_round():
    model = Twins()
    state = {
        key: tensor.T.contiguous() if tensor.shape == (4, 4) else tensor
        for key, tensor in model.state_dict().items()
    }
    examples = saved_as(model, state)
    report = loadstone.fix("model.pth", into=Twins, examples=examples)
    assert report.verdict.predicts_the_same == "identical"
    assert [item.check.code for item in report.fixed] == ["LS435"]


def test_names_that_fit_and_do_not_give_the_outputs_stay_a_difference():
    inputs, outputs = saved_as(Twins())
    report = loadstone.check("model.pth", into=Twins, examples=(inputs, outputs * 1.5))
    assert [item.check.code for item in report.found] == ["LS600"]


def test_the_users_own_module_keeps_its_numbers():
    examples = saved_as(Twins("zulu", "alpha"))
    own = Twins()
    before = {key: tensor.clone() for key, tensor in own.state_dict().items()}
    assert loadstone.check("model.pth", into=own, examples=examples).found
    assert all(torch.equal(before[key], tensor) for key, tensor in own.state_dict().items())


@pytest.mark.parametrize("order", [("q", "k", "v"), ("k", "q", "v"), ("v", "k", "q")])
def test_the_order_of_fused_rows_is_told_by_outputs(order):
    class Apart(nn.Module):
        def __init__(self):
            super().__init__()
            self.q, self.k, self.v = (nn.Linear(4, 4) for _ in "qkv")

        def forward(self, x):
            return torch.softmax(self.q(x) @ self.k(x).T, -1) @ self.v(x)

    class Fused(nn.Module):
        def __init__(self):
            super().__init__()
            self.qkv = nn.Linear(4, 12)

        def forward(self, x):
            parts = dict(zip(order, self.qkv(x).split(4, -1), strict=True))
            return torch.softmax(parts["q"] @ parts["k"].T, -1) @ parts["v"]

    class Batched(nn.Module):
        def __init__(self, inner):
            super().__init__()
            self.attn = inner

        def forward(self, x):
            return torch.stack([self.attn(row) for row in x])

    torch.manual_seed(0)
    model = Batched(Apart()).eval()
    torch.save(model.state_dict(), "model.pth")
    inputs = torch.randn(5, 3, 4)
    with torch.no_grad():
        outputs = model(inputs)

    def into():
        return Batched(Fused())

    alone = loadstone.check("model.pth", into=into)
    assert alone.found[0].finding.fix.safety == "unsafe"
    report = loadstone.fix("model.pth", into=into, examples=(inputs, outputs))
    assert report.verdict.predicts_the_same in ("identical", "within tolerance")


def test_saved_facts_say_the_same(tmp_path):
    examples = saved_as(Twins("zulu", "alpha"))
    report = loadstone.check(
        "model.pth", into=Twins, examples=examples, save_facts=tmp_path / "facts.json"
    )
    facts = facts_files.load(tmp_path / "facts.json")
    assert isinstance(facts[Trials], Trials)
    again = run_checks(facts)
    assert again.found[0].finding.fix == report.found[0].finding.fix
    assert again.found[0].finding.fix.safety == "safe"


def test_layers_of_a_stack_are_settled_together():
    class Block(nn.Module):
        def __init__(self, names):
            super().__init__()
            self.names = names
            for name in names:
                self.add_module(name, nn.Linear(4, 4))

        def forward(self, x):
            for name in self.names:
                x = torch.tanh(getattr(self, name)(x))
            return x

    def stack(names):
        return nn.Sequential(*(Block(names) for _ in range(6)))

    examples = saved_as(stack("mbx"))
    report = loadstone.fix("model.pth", into=lambda: stack("rqk"), examples=examples)
    assert report.verdict.predicts_the_same == "identical"
    assert "alone of 6 ways" in report.fixed[0].finding.fix.proof


def test_numpy_outputs_in_a_file():
    inputs, outputs = saved_as(Twins("zulu", "alpha"))
    np.savez("pair.npz", inputs=inputs.numpy(), outputs=outputs.numpy())
    report = loadstone.fix("model.pth", into=Twins, examples="pair.npz")
    assert report.verdict.predicts_the_same == "identical"


def test_outputs_that_rounding_moved_still_tell_the_way():
    inputs, outputs = saved_as(Twins("zulu", "alpha"))
    moved = outputs * (1 + 1e-5)
    report = loadstone.fix("model.pth", into=Twins, examples=(inputs, moved))
    assert report.verdict.predicts_the_same == "differs"  # by more than two runs here do
    assert "100 times as far off" in report.fixed[0].finding.fix.proof
    assert "identical" not in report.fixed[0].finding.fix.proof


def test_rounding_that_several_ways_are_within_tells_nothing():
    inputs, outputs = saved_as(Sum("zulu", "alpha"))
    report = loadstone.check("model.pth", into=Sum, examples=(inputs, outputs * (1 + 1e-5)))
    assert not report.found[0].finding.fix.edits


@pytest.mark.parametrize("kind", ["dict", "tuple"])
def test_outputs_of_several_parts_are_compared_part_by_part(kind):
    class Parts(Twins):
        def forward(self, x):
            hidden = torch.tanh(getattr(self, self.names[0])(x))
            scores = self.out(torch.tanh(getattr(self, self.names[1])(hidden)))
            return (scores, hidden) if kind == "tuple" else {"scores": scores, "hidden": hidden}

    inputs, outputs = saved_as(Parts("zulu", "alpha"))
    report = loadstone.fix("model.pth", into=Parts, examples=(inputs, outputs))
    assert report.verdict.predicts_the_same == "identical"
    again = loadstone.check(report.wrote[0], into=Parts, examples=(inputs, outputs))
    assert again.verdict.predicts_the_same == "identical"
