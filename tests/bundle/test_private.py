"""Examples that are private prove a save, and nothing of them is kept."""

import pytest
import torch
from torch import nn

import loadstone
from loadstone import SaveError, UsageError
from loadstone.runtime.files import Files
from loadstone.runtime.pipeline import Pipeline

SECRETS = ["patient zero", "patient one", "another secret"]


def letters(text):
    return torch.tensor([float(len(text)), float(text.count("a"))])


@pytest.mark.parametrize("name", ["net", "net.lode"])
def test_nothing_of_the_examples_is_kept(tmp_path, name):
    path = tmp_path / name
    saved = loadstone.save(
        nn.Linear(2, 2).eval(),
        path,
        preprocess=letters,
        batched=False,
        examples=SECRETS,
        private=True,
    )
    assert saved.verdict.predicts_the_same == "identical"
    files = Files(str(path))
    assert not [name for name in files.places if name.startswith("witnesses/")]
    for place in files.places:
        data = bytes(files.read(place))
        assert b"patient" not in data
        assert b"secret" not in data
    assert files.manifest["ranges"] == []
    assert len(list(tmp_path.iterdir())) == 1
    report = loadstone.check(path)
    assert not report.found
    assert (report.verdict.loads, report.verdict.predicts_the_same) == ("yes", "unproven")
    assert report.verdict.predicts_because == (
        "3 examples proved the save and were left out as private"
    )
    assert loadstone.load(path).predict("a new one").shape == (2,)


@pytest.mark.parametrize("private", [True, False])
def test_a_program_keeps_no_numbers_of_the_examples(tmp_path, private):
    inputs = torch.full((64, 4), 123456.789)
    held = inputs[:1].numpy().tobytes()[:4]
    loadstone.save(nn.Linear(4, 2).eval(), tmp_path / "net", examples=inputs, private=private)
    files = Files(str(tmp_path / "net"))
    assert {form["kind"] for form in files.manifest["forms"]} == {"native", "program"}
    found = {name for name in files.places if held in bytes(files.read(name))}
    assert not [name for name in found if not name.startswith("witnesses/")]
    assert bool(found) != private
    program = Pipeline(str(tmp_path / "net"))
    program.load(forms=["program"])
    assert program.steps.predict(inputs).shape == (64, 2)


def test_the_save_is_proved_all_the_same(tmp_path):
    expected = torch.zeros(3, 2)
    with pytest.raises(SaveError):
        loadstone.save(
            nn.Linear(2, 2).eval(),
            tmp_path / "net",
            preprocess=letters,
            batched=False,
            examples=(SECRETS, expected),
            private=True,
        )
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_kept_takes_no_private(tmp_path):
    with pytest.raises(UsageError, match="a file is kept as it is"):
        loadstone.save(tmp_path / "net.onnx", tmp_path / "net", private=True)
