"""Data files that the code of a bundle opens: kept, and read where they are gone."""

import json

import pytest

import loadstone
from loadstone.runtime.files import Files

SAVE = """
import gzip, json, os, pathlib, pickle
from pathlib import Path
import numpy as np
import pandas as pd
import torch
from PIL import Image
from torch import nn

import loadstone

here = os.path.dirname(os.path.abspath(__file__))
with open("words.txt", "w", encoding="utf-8") as file:
    file.write("hello\\nworld\\nca\\u0301f\\u00e9\\r\\n")
with open("scale.json", "w") as file:
    json.dump({"by": 2.5}, file)
with open("table.bin", "wb") as file:
    pickle.dump({"hello": 3}, file, protocol=4)


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


np.save("numbers.npy", np.arange(3.0))
os.makedirs("data", exist_ok=True)
pd.DataFrame({"word": ["hello", "you"], "value": [4, 5]}).to_csv("data/values.csv", index=False)
pathlib.Path("options.json").write_text('{"offset": 2}')
pathlib.Path("data/words.txt").write_text("one two")
Image.new("L", (2, 2), 7).save("data/mask.bmp")
OPTIONS = pathlib.Path("options.json")


def by_libraries(text):
    import gzip

    numbers = np.load("numbers.npy") + np.load(os.path.join(here, "numbers.npy"))
    table = pd.read_csv(os.path.join("data", "values.csv")).set_index("word")["value"]
    offset = json.loads(pathlib.Path("options.json").read_text())["offset"]
    with gzip.open("packed.gz") as file:
        offset += int(file.read())
    if os.path.exists("options.json"):
        offset += json.loads(Path(OPTIONS).read_text())["offset"]
    counted = sum(int(table.get(word, 0)) for word in text.split())
    return torch.tensor(numbers + counted + offset).float()


FOLDER = pathlib.Path("data")
HERE = FOLDER.resolve()


def below_a_path(text):
    with (FOLDER / "values.csv").open() as file:
        found = len(file.read())
    local = HERE.joinpath("words.txt")
    if local.exists() and not (FOLDER / "nothing").is_file():
        found += len(local.read_text().split())
    with Image.open(FOLDER / "mask.bmp") as mask:
        found += np.asarray(mask).sum()
    return torch.tensor([len(text.lower()) + float(found), 1.0, 2.0])


class Table:
    numbers = np.load("numbers.npy")

    def __call__(self, text, options=json.load(open("options.json"))):
        return torch.tensor(self.numbers).float() + len(text.lower()) + options["offset"]


with gzip.open("packed.gz", "wb") as file:
    file.write(b"7")
torch.manual_seed(0)
net = nn.Linear(3, 2).eval()
told = {}
for name, step in (
    ("literal", literal), ("computed", computed), ("lazy", Lazy("table.bin")),
    ("libraries", by_libraries), ("values", Table()), ("paths", below_a_path),
):
    report = loadstone.save(
        net, os.path.join(PLACE, name), preprocess=step, examples=["hello you", "world"],
        forms=["native"],
    )
    with torch.inference_mode():
        outputs = [net(step(text)).tolist() for text in ("hello world", "you hello")]
    (note,) = [item.finding for item in report.found if item.check.code == "LS803"] or [None]
    kept = [(row.saved.rpartition("/")[2], row.expected) for row in note.rows] if note else None
    print(name, kept and sorted(kept))
    told[name] = [report.verdict.predicts_the_same, outputs]
for name in (
    "words.txt", "scale.json", "table.bin", "numbers.npy", "data/values.csv", "options.json",
    "packed.gz", "data/words.txt", "data/mask.bmp",
):
    os.remove(name)
print(json.dumps(told))
"""
NOTES = [
    "literal [('words.txt', '21 bytes')]",
    "computed [('scale.json', '11 bytes')]",
    "lazy [('table.bin', '25 bytes')]",
    (
        "libraries [('numbers.npy', '152 bytes'), ('numbers.npy', '152 bytes'), "
        "('options.json', '13 bytes'), ('packed.gz', '28 bytes'), ('values.csv', '25 bytes')]"
    ),
    "values None",
    "paths [('mask.bmp', '1.09 kB'), ('values.csv', '25 bytes'), ('words.txt', '7 bytes')]",
]
LOAD = """
import json, os
import loadstone

found = {}
for name in ("literal", "computed", "lazy", "libraries", "values", "paths"):
    model = loadstone.load(os.path.join(PLACE, name))
    predicted = model.predict(["hello world", "you hello"])
    found[name] = [model.report.verdict.predicts_the_same, predicted.tolist()]
print(json.dumps(found))
"""


def test_they_are_read_where_they_are_gone(python, tmp_path):
    place = tmp_path / "bundles"
    place.mkdir()
    *notes, last = python(SAVE, folder="project", PLACE=place).splitlines()
    assert notes == NOTES
    saved = json.loads(last)
    assert {verdict for verdict, _ in saved.values()} == {"identical"}
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "words.txt").write_text("other words here")
    found = json.loads(python(LOAD, folder="elsewhere", PLACE=place).splitlines()[-1])
    assert found.keys() == saved.keys()
    for name, (verdict, outputs) in saved.items():  # one by one there, in a batch here
        assert found[name][0] == verdict
        assert found[name][1] == [pytest.approx(row, rel=1e-5) for row in outputs]
    held = [name for name in Files(str(place / "libraries")).places if "numbers" in name]
    assert len(held) == 1  # one file of two names
    (name,) = [name for name in Files(str(place / "literal")).places if "code/files/" in name]
    (place / "literal" / name).write_text("hello there you")
    with pytest.raises(loadstone.LoadError, match="words"):
        loadstone.load(place / "literal")


REFUSED = """
import os, numpy as np, torch, loadstone
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


def of_number(number):
    return torch.tensor(np.load(os.path.join(here, "data", f"{int(number):03d}.npy")))


def listing(text):
    return torch.tensor([len(os.listdir(os.path.join(here, "data"))) * float(len(text.lower()))])


def own(text):
    return torch.tensor([TABLE.load("secret.txt") + len(text.lower())])


class Table:
    def load(self, name):
        return float(len(name))


TABLE = Table()
for at in range(2):
    np.save(f"data/{at:03d}.npy", np.ones(1, "float32") * at)
TEXTS = ["hello", "world"]
for step in (of_input, hidden, secret, of_number, listing, own):
    try:
        loadstone.save(
            nn.Linear(1, 1).eval(), step.__name__ + ".lode", preprocess=step, batched=False,
            examples=np.arange(2) if step is of_number else TEXTS, forms=["native"],
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
        "of_number ['LS802']",
        "listing ['LS802']",
        "own was saved",
    ]
