"""No verdict says more than what the framework's own strict load would do."""

from __future__ import annotations

import pytest
import torch
from torch import nn

import loadstone
from loadstone.core.facts import Artifact, Bundle, Load, ModelType, Replay, StageReplay
from loadstone.engine import run_checks
from loadstone.errors import UsageError


class Plain(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 2)


class Extra(Plain):
    def get_extra_state(self):
        return {"scale": 2}

    def set_extra_state(self, state):
        self.scale = state["scale"]


class Lazy(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.LazyLinear(2)


@pytest.fixture
def saved(tmp_path):
    def write(model_or_state):
        state = getattr(model_or_state, "state_dict", lambda: model_or_state)()
        torch.save(state, tmp_path / "model.pth")
        return tmp_path / "model.pth"

    return write


def codes(report):
    return [item.check.code for item in report.found]


def test_extra_state_on_one_side_does_not_load(saved):
    for model, into in ((Extra(), Plain), (Plain(), Extra)):
        report = loadstone.check(saved(model), into=into)
        assert (codes(report), report.verdict.loads) == (["LS407"], "no")
        with pytest.raises(RuntimeError, match="_extra_state"):
            into().load_state_dict(model.state_dict(), strict=True)


def test_extra_state_on_both_sides_is_not_judged(saved):
    path = saved(Extra())
    report = loadstone.check(path, into=Extra)
    assert (codes(report), report.verdict.loads) == ([], "unknown")
    with pytest.raises(UsageError, match=r"torch\.load"):
        loadstone.load(path, into=Extra)


def test_an_accepted_error_does_not_make_it_load(saved):
    path = saved({f"module.{key}": value for key, value in Plain().state_dict().items()})
    report = loadstone.check(path, into=Plain, accept={"LS402": "known"})
    assert (report.errors, report.verdict.loads) == ((), "no")
    with pytest.raises(loadstone.LoadError, match="torch refuses it"):
        loadstone.load(path, into=Plain, accept={"LS402": "known"})


def test_tensors_without_numbers(saved):
    with torch.device("meta"):
        path = saved(Plain())
    report = loadstone.check(path, into=Plain)
    assert (codes(report), report.verdict.loads) == (["LS408"], "no")
    with pytest.raises(loadstone.LoadError, match="LS408"):
        loadstone.load(path, into=Plain)


def test_lazy_layers_have_no_shapes_yet(saved):
    with pytest.raises(UsageError, match="lazy layers"):
        loadstone.check(saved(Plain()), into=Lazy)


def test_equal_labels_do_not_make_other_scores_identical():
    artifact = Artifact("m.lode", "loadstone", "bundle", 1)
    stages = (StageReplay("model", "differs", moved=3), StageReplay("postprocess", "identical"))
    report = run_checks({Artifact: artifact, Replay: Replay(3, stages, whole="identical")})
    assert report.verdict.predicts_the_same == "differs"


def test_what_did_not_load_predicted_nothing():
    artifact = Artifact("m.lode", "loadstone", "bundle", 1)
    stages = (StageReplay("model", "differs", moved=3, error="SyntaxError: invalid syntax"),)
    replay = Replay(3, stages, whole="differs", unloaded="code")
    bundle = Bundle("m.lode", "loadstone.bundle/1", witnesses=3)
    report = run_checks({Artifact: artifact, Bundle: bundle, Replay: replay})
    assert codes(report) == ["LS606"]
    assert (report.verdict.loads, report.verdict.predicts_the_same) == ("no", "unproven")
    assert "nothing was predicted" in report.verdict.predicts_because


@pytest.mark.parametrize(("witnesses", "because"), [(0, "without examples"), (3, "not predicted")])
def test_a_bundle_without_a_replay_says_why(witnesses, because):
    artifact = Artifact("m.lode", "loadstone", "bundle", 1)
    bundle = Bundle("m.lode", "loadstone.bundle/1", witnesses=witnesses)
    report = run_checks({Artifact: artifact, Bundle: bundle})
    assert because in report.verdict.predicts_because


def test_of_a_model_that_is_loaded_elsewhere_the_transformers_here_says_nothing():
    artifact = Artifact("new", "transformers", "model", 1, detail={"model_type": "new"})
    facts = {Artifact: artifact, ModelType: ModelType("new", "5.24.0", known=False)}
    assert codes(run_checks(facts)) == ["LS231"]
    assert codes(run_checks({**facts, Load: Load(where="/env/bin/python", loaded=True)})) == []
