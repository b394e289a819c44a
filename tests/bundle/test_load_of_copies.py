"""`load(fix=…)` of files that have to be written anew, and `entry` of checkpoints of several."""

import pickle
import tempfile
import zipfile

import numpy as np
import pytest
import torch
import torch.distributed.checkpoint as dcp
from sklearn.linear_model import LogisticRegression
from torch import nn

import loadstone
from loadstone import LoadError, UsageError
from loadstone.cli import main

ROWS = [[1.0, 2.0, 3.0], [0.0, 0.0, 1.0]]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """The folder of temporary files, which nothing may be left in."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    yield place
    assert not list(place.iterdir())


@pytest.fixture
def net():
    torch.manual_seed(3)
    return nn.Linear(3, 2).eval()


def distributed(net, place):
    state = {f"module.{key}": value for key, value in net.state_dict().items()}
    dcp.save({"model": state}, checkpoint_id=place, no_dist=True)
    return place


@pytest.fixture
def archive(tmp_path):
    model = LogisticRegression().fit(np.eye(4)[:, :3], [0, 1, 0, 1])
    with zipfile.ZipFile(tmp_path / "model.zip", "w") as file:
        file.writestr("model.pkl", pickle.dumps(model))
    return tmp_path / "model.zip", model


@pytest.mark.filterwarnings("ignore")
def test_a_distributed_checkpoint_is_merged_and_its_keys_renamed(net, tmp_path):
    place = distributed(net, tmp_path / "step")
    with pytest.raises(LoadError) as caught:
        loadstone.load(place, into=nn.Linear(3, 2))
    assert "LS111" in {item.check.code for item in caught.value.report.errors}
    loaded = loadstone.load(place, into=nn.Linear(3, 2), fix="safe")
    wanted = net(torch.tensor(ROWS))
    assert torch.equal(torch.as_tensor(loaded.predict(torch.tensor(ROWS))), wanted)
    assert loaded.report.artifact.path == str(place)
    assert [item.check.code for item in loaded.report.fixed] == ["LS111", "LS402"]


@pytest.mark.filterwarnings("ignore")
def test_a_copy_that_does_not_fit_is_told_of_the_file(net, tmp_path):
    place = distributed(net, tmp_path / "step")
    with pytest.raises(LoadError) as caught:
        loadstone.load(place, into=nn.Linear(5, 2), fix="safe")
    report = caught.value.report
    assert report.artifact.path == str(place)
    assert [item.check.code for item in report.fixed] == ["LS111"]
    assert any(item.check.stage == "weights" for item in report.errors)


def test_a_model_in_an_archive_predicts(archive, folder):
    path, model = archive
    with pytest.raises(LoadError):
        loadstone.load(path)
    with loadstone.load(path, fix="safe") as loaded:
        assert list(loaded.predict(ROWS)) == list(model.predict(ROWS))
        assert len(list(folder.iterdir())) == 1
        assert loaded.report.artifact.path == str(path)
        assert [item.check.code for item in loaded.report.fixed] == ["LS011"]


def test_a_file_that_needs_no_fix_is_loaded_as_it_is(tmp_path, archive):
    _, model = archive
    (tmp_path / "model.pkl").write_bytes(pickle.dumps(model))
    with loadstone.load(tmp_path / "model.pkl", fix="safe") as loaded:
        assert list(loaded.predict(ROWS)) == list(model.predict(ROWS))
        assert not loaded.report.fixed


def test_the_command_says_that_it_fixes_too(archive, tmp_path, capsys):
    path, model = archive
    (tmp_path / "rows.json").write_text(str(ROWS))
    asked = ["predict", str(path), "-i", str(tmp_path / "rows.json")]
    assert main(asked) == 1
    told = f"1 fixable: loadstone predict {path} --input {tmp_path / 'rows.json'} --fix\n"
    assert told in capsys.readouterr().err
    assert main([*asked, "--fix"]) == 0
    shown = capsys.readouterr()
    assert shown.out == "".join(f"{x}\n" for x in model.predict(ROWS))
    fixed, unproven = shown.err.splitlines()
    assert fixed == "note: LS011: write the model inside as `model.pkl`; it holds `model.pkl`"
    assert unproven.startswith("note: unproven")


def test_an_entry_that_is_named_needs_no_fix(net, tmp_path):
    teacher = nn.Linear(3, 2)
    held = {"teacher": teacher.state_dict(), "student": net.state_dict()}
    torch.save(held, tmp_path / "two.pt")
    rows = torch.tensor(ROWS)
    for name, model in (("teacher", teacher), ("student", net)):
        loaded = loadstone.load(tmp_path / "two.pt", into=nn.Linear(3, 2), entry=name)
        assert torch.equal(torch.as_tensor(loaded.predict(rows)), model(rows))
    with pytest.raises(LoadError):
        loadstone.load(tmp_path / "two.pt", into=nn.Linear(3, 2))


def test_an_entry_whose_keys_do_not_fit_still_needs_one(net, tmp_path):
    state = {f"module.{key}": value for key, value in net.state_dict().items()}
    torch.save({"teacher": state, "student": state}, tmp_path / "two.pt")
    with pytest.raises(LoadError):
        loadstone.load(tmp_path / "two.pt", into=nn.Linear(3, 2), entry="teacher")
    assert loadstone.load(tmp_path / "two.pt", into=nn.Linear(3, 2), entry="teacher", fix="safe")


def test_an_entry_of_one_model(archive, tmp_path):
    _, model = archive
    (tmp_path / "model.pkl").write_bytes(pickle.dumps(model))
    with pytest.raises(UsageError, match="is one model: `entry` is for checkpoints"):
        loadstone.load(tmp_path / "model.pkl", entry="model")


def test_the_class_of_a_pickled_module_is_named(net, tmp_path):
    torch.save(net, tmp_path / "whole.pt")
    with pytest.raises(UsageError, match=r"`--into torch.nn.modules.linear:Linear` in the shell"):
        loadstone.load(tmp_path / "whole.pt")
    torch.save(net.state_dict(), tmp_path / "net.pt")
    with pytest.raises(UsageError, match=r"`loadstone scaffold .*net.pt` writes one"):
        loadstone.load(tmp_path / "net.pt")
