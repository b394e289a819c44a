"""Data files that the code of a bundle opens: kept, and read where they are gone."""

import json
import shutil

import pytest

import loadstone
from loadstone.runtime.files import Files

SAVE = """
import json, os, pickle
import torch
from torch import nn

import loadstone

here = os.path.dirname(os.path.abspath(__file__))
with open("words.txt", "w", encoding="utf-8") as file:
    file.write("hello\\nworld\\nca\\u0301f\\u00e9\\r\\n")
with open("scale.json", "w") as file:
    json.dump({"by": 2.5}, file)
with open("table.bin", "wb") as file:
    pickle.dump({"hello": 3}, file)


def literal(text):
    with open("words.txt", encoding="utf-8") as file:
        words = file.read().split()
    return torch.tensor([float(word in text.split()) for word in words])


def computed(text):
    with open(os.path.join(here, "scale.json")) as file:
        by = json.load(file)["by"]
    return torch.tensor([len(text.lower()) * by, 1.0, 2.0])


class Lazy:
    def __init__(self, path):
        self.path = path
        self.table = None

    def __call__(self, text):
        if self.table is None:
            with open(self.path, "rb") as file:
                self.table = pickle.load(file)
        return torch.tensor([float(self.table.get(word, 0)) for word in (text.split() * 3)[:3]])


torch.manual_seed(0)
net = nn.Linear(3, 2).eval()
told = {}
for name, step in (("literal", literal), ("computed", computed), ("lazy", Lazy("table.bin"))):
    report = loadstone.save(
        net, os.path.join(PLACE, name), preprocess=step, examples=["hello you", "world"],
        forms=["native"],
    )
    with torch.inference_mode():
        outputs = [net(step(text)).tolist() for text in ("hello world", "you hello")]
    told[name] = [report.verdict.predicts_the_same, outputs]
for name in ("words.txt", "scale.json", "table.bin"):
    os.remove(name)
print(json.dumps(told))
"""
LOAD = """
import json, os
import loadstone

found = {}
for name in ("literal", "computed", "lazy"):
    model = loadstone.load(os.path.join(PLACE, name))
    predicted = model.predict(["hello world", "you hello"])
    found[name] = [model.report.verdict.predicts_the_same, predicted.tolist()]
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("opened")


def test_they_are_read_where_they_are_gone(python, place, tmp_path):
    saved = json.loads(python(SAVE, folder="project", PLACE=place).splitlines()[-1])
    assert {verdict for verdict, _ in saved.values()} == {"identical"}
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "words.txt").write_text("other words here")
    found = json.loads(python(LOAD, folder="elsewhere", PLACE=place).splitlines()[-1])
    assert found == saved


def test_a_kept_file_that_changed_is_told(place, tmp_path):
    moved = shutil.copytree(place / "literal", tmp_path / "net")
    (name,) = [name for name in Files(str(moved)).places if name.startswith("code/files/")]
    (moved / name).write_text("hello there you")
    with pytest.raises(loadstone.LoadError, match="words"):
        loadstone.load(moved)


REFUSED = """
import os, torch, loadstone
from torch import nn

os.makedirs("data", exist_ok=True)
os.makedirs(".hidden", exist_ok=True)
for name in ("data/hello", "data/world", ".hidden/words", "secret.txt"):
    with open(name, "w") as file:
        file.write("1")
here = os.getcwd()


def of_input(text):
    with open(os.path.join(here, "data", text)) as file:
        return torch.tensor([float(file.read())])


def hidden(text):
    with open(os.path.join(here, ".hidden", "words")) as file:
        return torch.tensor([len(text.lower()) * float(file.read())])


def secret(text):
    with open("secret.txt") as file:
        return torch.tensor([len(text.lower()) * float(file.read())])


for step in (of_input, hidden, secret):
    try:
        loadstone.save(
            nn.Linear(1, 1).eval(), step.__name__ + ".lode", preprocess=step,
            examples=["hello", "world"], forms=["native"],
        )
        print(step.__name__, "was saved")
    except loadstone.SaveError as error:
        print(step.__name__, sorted({item.check.code for item in error.report.errors}))
"""


def test_files_of_inputs_and_secrets_are_not_kept(python):
    assert python(REFUSED).splitlines() == [
        "of_input ['LS802']",
        "hidden ['LS802']",
        "secret ['LS802']",
    ]
