"""A bare file whose expected outputs are known is proved, or refuted, by predicting them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

import loadstone
from loadstone.errors import UsageError


def net() -> nn.Module:
    return nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))


def half(x):
    return x / 2


@pytest.fixture
def saved(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    torch.manual_seed(0)
    model = net().eval()
    torch.save(model.state_dict(), "model.pth")
    inputs = torch.randn(5, 4)
    with torch.no_grad():
        return model, inputs, model(inputs)


def replayed(**asked):
    report = loadstone.check("model.pth", into=net, **asked)
    return report.verdict.predicts_the_same, [item.check.code for item in report.found]


def test_equal_outputs_are_identical(saved):
    _, inputs, outputs = saved
    assert replayed(examples=(inputs, outputs)) == ("identical", [])


def test_other_outputs_differ_and_the_file_still_loads(saved):
    _, inputs, outputs = saved
    report = loadstone.check("model.pth", into=net, examples=(inputs, outputs + 0.5))
    assert (report.verdict.loads, report.verdict.predicts_the_same) == ("yes", "differs")
    (found,) = report.found
    assert found.check.code == "LS600"
    assert found.finding.message == "the model predicts differently on 5 of 5 examples"
    assert "the largest difference is 0.5" in found.finding.notes[0]


def test_inputs_alone_prove_nothing(saved):
    _, inputs, _ = saved
    assert replayed(examples=inputs) == ("unproven", [])


def test_nothing_is_predicted_where_the_weights_do_not_fit(saved):
    _, inputs, outputs = saved
    report = loadstone.check("model.pth", into=nn.Linear(4, 2), examples=(inputs, outputs))
    assert report.verdict.loads == "no"
    assert report.replay is None


@pytest.mark.parametrize("kind", ["json", "npz"])
def test_files_of_inputs_and_outputs(saved, kind):
    _, inputs, outputs = saved
    if kind == "json":
        pair = {"inputs": inputs.tolist(), "outputs": outputs.tolist()}
        with open("pair.json", "w") as file:  # noqa: PTH123 - a relative path is meant
            json.dump(pair, file)
    else:
        np.savez("pair.npz", inputs=inputs.numpy(), outputs=outputs.numpy())
    assert replayed(examples=f"pair.{kind}") == ("identical", [])


def test_preprocessing_is_part_of_it(saved):
    _, inputs, outputs = saved
    doubled = inputs * 2
    assert replayed(examples=(doubled, outputs), preprocess=half)[0] == "identical"
    assert replayed(examples=(doubled, outputs))[0] == "differs"


def test_examples_that_do_not_fit_are_an_argument_that_makes_no_sense(saved):
    _, inputs, outputs = saved
    with pytest.raises(ValueError, match="the examples do not fit: RuntimeError: mat1 and mat2"):
        replayed(examples=(inputs[:, :3], outputs))
    with pytest.raises(ValueError, match="5 inputs and 3 expected outputs"):
        replayed(examples=(inputs, outputs[:3]))


def test_examples_need_a_model(saved):
    _, inputs, outputs = saved
    with pytest.raises(UsageError, match="give the target too"):
        loadstone.check("model.pth", examples=(inputs, outputs))


def test_whole_numbers_and_doubles_reach_a_model_of_floats(saved):
    model, _, _ = saved
    predictor = loadstone.load("model.pth", into=net)
    rows = [[1, 2, 3, 4], [0, 0, 1, 0]]
    with torch.no_grad():
        expected = model(torch.tensor(rows, dtype=torch.float32)).numpy()
    assert np.array_equal(predictor.predict(rows), expected)
    assert np.array_equal(predictor.predict(np.array(rows, dtype=np.float64)), expected)


def test_whole_numbers_that_float_cannot_hold_are_not_rounded(saved):
    predictor = loadstone.load("model.pth", into=net)
    with pytest.raises(RuntimeError, match="same dtype"):
        predictor.predict([[(1 << 24) + 1, 2, 3, 4]])


def test_token_ids_stay_whole(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    torch.manual_seed(0)
    model = nn.Sequential(nn.Embedding(5, 3), nn.Linear(3, 1)).eval()
    torch.save(model.state_dict(), "model.pth")
    predictor = loadstone.load("model.pth", into=nn.Sequential(nn.Embedding(5, 3), nn.Linear(3, 1)))
    with torch.no_grad():
        expected = model(torch.tensor([[1, 4]])).numpy()
    assert np.array_equal(predictor.predict([[1, 4]]), expected)


def test_the_users_own_module_is_left_alone_by_a_check(saved):
    model, inputs, outputs = saved
    own = net().eval()
    before = {key: value.clone() for key, value in own.state_dict().items()}
    report = loadstone.check("model.pth", into=own)
    assert report.verdict.loads == "yes"
    assert all(torch.equal(value, before[key]) for key, value in own.state_dict().items())
    assert loadstone.load("model.pth", into=own).model is own
    with torch.no_grad():
        assert torch.equal(own(inputs), outputs)
    assert model is not own


@pytest.mark.parametrize("kind", ["json", "npz", "list"])
def test_inputs_alone_say_what_would_prove_it(saved, kind):
    _, inputs, _ = saved
    path = f"inputs.{'npz' if kind == 'npz' else 'json'}"
    if kind == "npz":
        np.savez(path, inputs=inputs.numpy())
    else:
        rows = inputs.tolist()
        Path(path).write_text(json.dumps(rows if kind == "list" else {"inputs": rows}))
    report = loadstone.check("model.pth", into=net, examples=path)
    assert (report.verdict.loads, report.verdict.predicts_the_same) == ("yes", "unproven")
    told = "the examples were predicted; outputs expected of them would prove it"
    assert report.verdict.predicts_because == told
    assert loadstone.check("model.pth", into=net).verdict.predicts_because != told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"inputs": [], "outputs": []}', "`inputs` of `bad.json` holds no rows"),
        ('{"inputs": [[1, 2, 3, 4]], "outputs": []}', "`outputs` of `bad.json` holds no rows"),
        ('{"inputs": []}', "`inputs` of `bad.json` holds no rows"),
        ('{"inputs": "hi", "outputs": [1]}', "`inputs` of `bad.json` holds a JSON text"),
        ('{"inputs": [[1], "a"], "outputs": [1, 2]}', "mixes rows"),
    ],
)
def test_files_of_examples_without_rows(saved, text, told):
    Path("bad.json").write_text(text)
    with pytest.raises(UsageError, match=told):
        loadstone.check("model.pth", into=net, examples="bad.json")


def test_a_fixed_copy_has_the_name_of_its_format(saved):
    state = torch.load("model.pth")
    torch.save({f"module.{key}": value for key, value in state.items()}, "wrapped.pth")
    before = sorted(path.name for path in Path().iterdir())
    with pytest.raises(UsageError, match=r"must end with `.safetensors`"):
        loadstone.fix("wrapped.pth", into=net, out="out.pth")
    assert sorted(path.name for path in Path().iterdir()) == before
    assert loadstone.fix("wrapped.pth", into=net, out="out.safetensors").wrote


def test_facts_hold_no_weights_to_be_fixed(saved):
    state = torch.load("model.pth")
    torch.save({f"module.{key}": value for key, value in state.items()}, "wrapped.pth")
    loadstone.check("wrapped.pth", into=net, save_facts="facts.json")
    with pytest.raises(UsageError, match=r"`facts.json` holds facts without weights"):
        loadstone.fix("facts.json")
    assert loadstone.fix("facts.json", dry_run=True).planned


def test_a_layer_for_a_file_of_keras_that_is_not_there():
    path = Path(__file__).parents[1] / "files" / "keras" / "keras-2.2.4" / "functional.h5"
    with pytest.raises(UsageError, match="no source of `mylayers`"):
        loadstone.check(path, into="mylayers:Scale")


def test_a_file_that_needs_no_class_is_compared_by_both():
    path = Path(__file__).parents[1] / "files" / "pickles" / "sklearn-1.3" / "pipeline.pkl"
    with pytest.raises(UsageError, match="`--env both` with these examples"):
        loadstone.check(path, examples=[[0.1, 0.2, 0.3]])
