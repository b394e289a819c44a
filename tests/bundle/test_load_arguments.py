"""Arguments of a load that make no sense are refused before anything is loaded."""

import contextlib

import joblib
import pytest
import torch
from sklearn.linear_model import LinearRegression
from torch import nn

import loadstone
from loadstone import UsageError


@pytest.fixture
def bundle(tmp_path):
    loadstone.save(
        nn.Linear(3, 2).eval(), tmp_path / "net", examples=torch.ones(2, 3), forms=["native"]
    )
    return tmp_path / "net"


@pytest.fixture
def wrapped(tmp_path):
    def write(name, width):
        state = nn.Linear(width, 2).state_dict()
        torch.save({f"module.{key}": value for key, value in state.items()}, tmp_path / name)
        return tmp_path / name

    return write


def test_devices_that_are_not_here(bundle, wrapped):
    for device, text in (
        ("cuda:99", "the device `cuda:99` is not here; here are `cpu`"),
        ("bogus", "`bogus` is no device; here are `cpu`"),
        ("meta", "on the device `meta` hold no numbers, so nothing is predicted there"),
    ):
        with pytest.raises(UsageError, match=text):
            loadstone.load(bundle, device=device)
        with pytest.raises(UsageError, match=text):
            loadstone.load(wrapped("net.pth", 3), into=nn.Linear(3, 2), fix="safe", device=device)
    for device in ("cpu", "cpu:0", torch.device("cpu")):
        assert loadstone.load(bundle, device=device).predict(torch.ones(1, 3)).shape == (1, 2)


def test_a_recipe_for_another_file(wrapped):
    one, other = wrapped("one.pth", 3), wrapped("other.pth", 5)
    loadstone.fix(other, into=nn.Linear(5, 2))
    recipe = other.with_name("other.fix.json")
    assert loadstone.load(other, into=nn.Linear(5, 2), fixes=recipe)
    loaded = loadstone.load(other, into=nn.Linear(5, 2), fix="safe")
    assert loaded.report.artifact.path == str(other)
    with pytest.raises(UsageError, match=r"`fixes`: .* was made for a file with other tensors"):
        loadstone.load(one, into=nn.Linear(3, 2), fixes=recipe)
    with pytest.raises(FileNotFoundError):
        loadstone.load(one, into=nn.Linear(3, 2), fixes=one.with_name("nope.json"))


@pytest.mark.parametrize("asked", [{"fix": "safe"}, {"fixes": "nope.json"}])
def test_a_bundle_needs_no_fixes(bundle, asked):
    with pytest.raises(UsageError, match="a bundle needs no fixes"):
        loadstone.load(bundle, **asked)


def test_a_bundle_takes_no_code(bundle):
    with pytest.raises(UsageError, match="a bundle holds its own code"):
        loadstone.load(bundle, code=["layers.py"])


@pytest.mark.parametrize(
    ("accept", "text"),
    [
        ({"LS999": "x"}, "`accept LS999`: no check has this code"),
        ({"predictions-difer": "x"}, "nearest: `predictions-differ`"),
        (["LS600"], "`accept` maps codes to reasons"),
        ("LS600", "`accept` maps codes to reasons"),
        ({"LS600": " "}, "`accept` gives no reason why `LS600` may stand"),
        ({"LS600": None}, "`accept` gives no reason why `LS600` may stand"),
    ],
)
def test_findings_are_accepted_by_known_codes_with_reasons(bundle, accept, text):
    for call in (
        lambda: loadstone.load(bundle, accept=accept),
        lambda: loadstone.check(bundle, accept=accept),
        lambda: loadstone.fix(bundle, accept=accept),
        lambda: loadstone.save(nn.Linear(1, 1), bundle.with_name("new"), accept=accept),
    ):
        with pytest.raises(UsageError, match=text):
            call()


def test_a_name_stands_for_its_code(bundle):
    report = loadstone.check(bundle, accept={"predictions-differ": "known"})
    assert report.accepted == {"LS600": "known"}


def test_a_device_is_for_modules_of_torch(tmp_path):
    """Any other model would compute where its library puts it, and nobody would be told."""
    joblib.dump(LinearRegression().fit([[0.0], [1.0]], [0.0, 2.0]), tmp_path / "line.joblib")
    loadstone.save(tmp_path / "line.joblib", tmp_path / "line.lode", examples=[[3.0]])
    for name in ("line.joblib", "line.lode"):
        with pytest.raises(UsageError, match="is for models of torch"):
            loadstone.load(tmp_path / name, device="cpu")
        with contextlib.closing(loadstone.load(tmp_path / name)) as predictor:
            assert predictor.predict([[3.0]]) == pytest.approx([6.0])
