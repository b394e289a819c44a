"""Story 1: a state dict saved by one process and loaded by another, and what happens between."""

from __future__ import annotations

import json

import pytest
import torch
from safetensors.torch import load_file

INTO = ("--into", "net:SimpleNet")
STATE = "simple_model_state.pth"


def check(shell, *words, expect):
    return json.loads(shell("loadstone", "check", *words, "--output-format", "json", expect=expect))


def test_it_loads_and_nothing_more_is_claimed(state_dict):
    report = check(state_dict, STATE, *INTO, expect=0)
    assert report["verdict"]["loads"] == "yes"
    assert report["verdict"]["predicts_the_same"] == "unproven"
    assert report["findings"] == []
    text = state_dict("loadstone", "check", STATE, *INTO)
    assert "unproven" in text
    assert "4 of 4 tensors" in text


@pytest.mark.parametrize(
    ("target", "code", "words"),
    [
        ("changed:WiderHead", "LS403", "2 outputs saved, 3 expected"),
        ("changed:ExtraLayer", "LS400", "a layer that the file does not: `fc3`"),
        ("changed:RenamedLayer", "LS404", "`fc2` of the file is called `out`"),
        ("renamed:SimpleNet", "LS303", "`renamed` has no `SimpleNet`"),
    ],
)
def test_a_changed_class_is_one_finding(state_dict, target, code, words):
    report = check(state_dict, STATE, "--into", target, expect=1)
    assert [item["code"] for item in report["findings"]] == [code]
    assert words in report["findings"][0]["message"]
    assert report["verdict"]["loads"] == "no"


def test_a_library_that_is_not_installed_is_told_how_to_get(state_dict):
    text = state_dict("loadstone", "check", STATE, "--into", "torchvision.models:vgg11", expect=1)
    assert "pip install torchvision" in text
    assert "PYTHONPATH" not in text


def test_the_class_that_accepts_the_file_is_named(state_dict):
    text = state_dict("loadstone", "check", STATE, "--into", "renamed:SimpleNet", expect=1)
    assert "`renamed:TinyNet` accepts every key of this file" in text


FIXED = {
    "data_parallel": ["LS402"],
    "compiled": ["LS402"],
    "both": ["LS402"],
    "inner": ["LS402"],
    "checkpoint": ["LS103"],
    "whole_module": ["LS300"],
    "cuda_tagged": ["LS202"],
    "unzipped": ["LS009"],
}


@pytest.mark.parametrize("way", FIXED)
def test_what_can_be_fixed_is_fixed_and_loads_strictly(state_dict, way):
    shell, name = state_dict, f"{way}.pth"
    shell("python", "break.py", way, name)
    report = check(shell, name, *INTO, expect=1)
    assert [item["code"] for item in report["findings"]] == FIXED[way]
    assert report["findings"][0]["fix"]["safety"] == "safe"
    assert report["findings"][0]["fix"]["proof"]
    before = sorted(path.name for path in shell.folder.iterdir())
    report = check(shell, name, *INTO, "--fix", expect=0)
    assert [item["code"] for item in report["fixed"]] == FIXED[way]
    assert report["verdict"]["loads"] == "yes"
    new = sorted({path.name for path in shell.folder.iterdir()} - set(before))
    assert new == [f"{way}.fix.json", f"{way}.fixed.safetensors"]
    saved = torch.load(shell.folder / STATE)
    fixed = load_file(shell.folder / f"{way}.fixed.safetensors")
    assert saved.keys() == fixed.keys()
    assert all(torch.equal(saved[key], fixed[key]) for key in saved)
    shell("loadstone", "check", name, *INTO, "--fix", expect=2)
    assert "exists already" in shell.stderr


@pytest.mark.parametrize(
    ("way", "code"),
    [
        ("lfs_pointer", "LS001"),
        ("html_page", "LS002"),
        ("empty", "LS004"),
        ("truncated", "LS006"),
        ("zeros", "LS005"),
    ],
)
def test_what_is_no_model_is_one_finding(state_dict, way, code):
    state_dict("python", "break.py", way, f"{way}.pth")
    for into in (INTO, ()):
        report = check(state_dict, f"{way}.pth", *into, expect=1)
        assert [item["code"] for item in report["findings"]] == [code]


def test_what_holds_nothing_to_load_needs_no_torch(state_dict):
    state_dict("python", "break.py", "lfs_pointer", "pointer.pth")
    (state_dict.folder / "torch.py").write_text("raise AssertionError('torch was imported')\n")
    report = check(state_dict, "pointer.pth", *INTO, expect=1)
    (state_dict.folder / "torch.py").unlink()
    assert [item["code"] for item in report["findings"]] == ["LS001"]
    assert report["target"] == "net:SimpleNet"
    reasons = {item["code"]: item["reason"] for item in report["not_run"]}
    assert reasons["LS303"] == "the artifact holds nothing to load into the target"


def test_no_copy_is_written_that_the_target_would_refuse(state_dict):
    state_dict("python", "break.py", "checkpoint", "other.pth")
    before = sorted(state_dict.folder.iterdir())
    wider = check(state_dict, "other.pth", "--into", "changed:WiderHead", "--fix", expect=1)
    assert [item["code"] for item in wider["findings"]] == ["LS103", "LS403"]
    assert {item["fix"]["safety"] for item in wider["findings"]} == {"manual"}
    assert sorted(state_dict.folder.iterdir()) == before


def test_plain_values_are_no_state_dict(state_dict):
    torch.save({"epoch": 3}, state_dict.folder / "no_tensors.pth")
    report = check(state_dict, "no_tensors.pth", *INTO, expect=1)
    assert [item["code"] for item in report["findings"]] == ["LS112"]


def test_an_empty_state_dict_lacks_every_key(state_dict):
    torch.save({}, state_dict.folder / "empty.pth")
    report = check(state_dict, "empty.pth", *INTO, expect=1)
    assert [item["code"] for item in report["findings"]] == ["LS400"]


def test_a_network_that_lists_its_parameters_again_keeps_them_all(state_dict):
    torch.save(torch.nn.LSTM(3, 4), state_dict.folder / "lstm.pth")
    report = check(state_dict, "lstm.pth", "--into", "torch.nn:LSTM(3, 4)", expect=1)
    assert [item["code"] for item in report["findings"]] == ["LS107"]


def test_the_fixed_file_predicts_what_the_saved_one_does(state_dict):
    shell = state_dict
    shell("python", "break.py", "both", "again.pth")
    shell("loadstone", "check", "again.pth", *INTO, "--fix")
    (shell.folder / "rows.json").write_text(json.dumps([[0.5] * 10, list(range(10))]))
    rows = ("-i", "rows.json", "--output-format", "json", "-o", "-")
    first = json.loads(shell("loadstone", "predict", STATE, *INTO, *rows))
    second = json.loads(shell("loadstone", "predict", "again.fixed.safetensors", *INTO, *rows))
    assert first == second
    state = torch.load(shell.folder / STATE)
    x = torch.tensor([[0.5] * 10, list(range(10))])
    hidden = torch.relu(x @ state["fc1.weight"].T + state["fc1.bias"])
    expected = hidden @ state["fc2.weight"].T + state["fc2.bias"]
    assert torch.allclose(torch.tensor(first["predictions"]), expected, atol=1e-6)


def test_python_says_the_same_as_the_shell(state_dict):
    state_dict("python", "break.py", "data_parallel", "wrapped.pth")
    script = """
import loadstone, torch
from net import SimpleNet
try:
    loadstone.load("wrapped.pth", into=SimpleNet)
except loadstone.LoadError as error:
    print(error)
    print([item.check.code for item in error.report.found])
model = loadstone.load("wrapped.pth", into=SimpleNet, fix="safe").model
saved = torch.load("simple_model_state.pth")
print(all(torch.equal(value, saved[key]) for key, value in model.state_dict().items()))
print(model.training)
"""
    out = state_dict("python", "-c", script)
    assert "error[LS402]" in out
    assert 'loadstone.load("wrapped.pth", into=SimpleNet, fix="safe")' in out
    assert out.rstrip().endswith("['LS402']\nTrue\nFalse")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nothing.pth",), "nothing.pth"),
        ((STATE, "--into", "net"), "pkg.module:Class"),
        ((STATE, "--into", "net:Net("), "neither a name nor a call"),
        ((STATE, "--fail-on", "never"), "invalid choice"),
    ],
)
def test_bad_arguments_are_one_clear_line_and_exit_code_2(state_dict, words, said):
    out = state_dict("loadstone", "check", *words, expect=2)
    assert out == ""
    assert said in state_dict.stderr
    assert "Traceback" not in state_dict.stderr
