"""What prepares texts and images is captured by what it is, and works where its files are gone."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

import loadstone
from loadstone.errors import UsageError
from loadstone.inputs import picture_files
from loadstone.runtime.files import Files

Image = pytest.importorskip("PIL.Image")
for needed in ("tokenizers", "sentencepiece", "tiktoken"):
    pytest.importorskip(needed)

SAVE = """
import io
import json
import os
import pathlib

import numpy as np
import sentencepiece
import tiktoken
import torch
from PIL import Image
from sklearn.preprocessing import LabelEncoder
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from torch import nn

import loadstone

TEXTS = ["hello world", "a lovely day in Rome", "what"]

pieces = Tokenizer(models.BPE(unk_token="[UNK]"))
pieces.pre_tokenizer = pre_tokenizers.Whitespace()
pieces.train_from_iterator(TEXTS * 3, trainers.BpeTrainer(special_tokens=["[UNK]"], vocab_size=80))

sentencepiece.SentencePieceTrainer.train(
    sentence_iterator=iter(TEXTS * 20), model_prefix="own", vocab_size=22, minloglevel=2
)
sentences = sentencepiece.SentencePieceProcessor(model_file="own.model")

ranks = {bytes([at]): at for at in range(256)}
ranks[b"he"], ranks[b"lo"] = 256, 257
encoding = tiktoken.Encoding(
    "own", pat_str=r"[a-z]+|[^a-z]+", mergeable_ranks=ranks, special_tokens={"<|end|>": 258}
)
names = LabelEncoder().fit(["negative", "positive"])


def by_pieces(text):
    return torch.tensor(pieces.encode(text).ids)


def by_sentences(text):
    return torch.tensor(sentences.encode(text))


def by_encoding(text):
    return torch.tensor(encoding.encode(text))


def named(scores):
    return str(names.inverse_transform([int(scores.argmax())])[0])


def pixels(image):
    held = np.asarray(image.convert("RGB").resize((8, 8)), dtype=np.float32) / 255
    return torch.from_numpy(held.transpose(2, 0, 1))


def of_file(path):
    with Image.open(path) as image:
        return pixels(image)


class Words(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(300, 4)
        self.head = nn.Linear(4, 2)

    def forward(self, tokens):
        return self.head(self.embed(tokens).mean(dim=-2))


class Pixels(nn.Module):
    def __init__(self):
        super().__init__()
        self.convolve = nn.Conv2d(3, 4, 3)
        self.head = nn.Linear(4, 2)

    def forward(self, images):
        return self.head(self.convolve(images).mean(dim=(-1, -2)))


torch.manual_seed(0)
words, net = Words().eval(), Pixels().eval()
rng = np.random.default_rng(0)
images = [Image.fromarray(rng.integers(0, 255, (9 + at, 10, 3), np.uint8)) for at in range(3)]
for at, image in enumerate(images):
    image.save(f"{at}.png")
files = [f"{at}.png" for at in range(3)]

tolls = {}
for name, model, step, examples in [
    ("pieces", words, by_pieces, TEXTS),
    ("sentences", words, by_sentences, TEXTS),
    ("encoding", words, by_encoding, TEXTS),
    ("images", net, pixels, images),
    ("files", net, of_file, files),
    ("paths", net, of_file, [pathlib.Path(file) for file in files]),
]:
    report = loadstone.save(
        model, os.path.join(PLACE, name), preprocess=step, postprocess=named, examples=examples,
        forms=["native"],
    )
    with torch.inference_mode():
        told = [named(model(step(item)[None])) for item in examples]
    tolls[name] = [report.verdict.predicts_the_same, told]
for file in [*files, "own.model", "own.vocab"]:
    os.remove(file)
print(json.dumps(tolls))
"""

LOAD = """
import json
import pathlib

import numpy as np
from PIL import Image

import loadstone

TEXTS = ["hello world", "a lovely day in Rome", "what"]
rng = np.random.default_rng(0)
images = [Image.fromarray(rng.integers(0, 255, (9 + at, 10, 3), np.uint8)) for at in range(3)]
for at, image in enumerate(images):
    image.save(f"other{at}.png")
files = [f"other{at}.png" for at in range(3)]
given = {"images": images, "files": files, "paths": [pathlib.Path(file) for file in files]}
found = {}
for name in ["pieces", "sentences", "encoding", "images", "files", "paths"]:
    model = loadstone.load(pathlib.Path(PLACE, name))
    inputs = given.get(name, TEXTS)
    assert model.predict(inputs[0]) == model.predict(inputs)[0]
    found[name] = [model.report.verdict.predicts_the_same, model.predict(inputs)]
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("captured")


def test_in_another_process_with_the_files_gone(python, place):
    saved = json.loads(python(SAVE, folder="project", PLACE=place).splitlines()[-1])
    assert {verdict for verdict, _ in saved.values()} == {"identical"}
    found = json.loads(python(LOAD, folder="elsewhere", PLACE=place).splitlines()[-1])
    assert found == saved


def of_path(path):
    with Image.open(path) as image:
        return torch.tensor(np.asarray(image, dtype=np.float32).mean(axis=(0, 1)))


@pytest.fixture
def pictures(tmp_path):
    found = []
    for at in range(2):
        found.append(tmp_path / f"{at}.jpg")
        Image.new("RGB", (4, 4), (90 * at, 30, 40)).save(found[-1])
    return found


def saved_with(examples, path):
    torch.manual_seed(0)
    loadstone.save(
        nn.Linear(3, 2).eval(), path, preprocess=of_path, examples=examples, forms=["native"]
    )
    return Files(str(path)).manifest


def test_a_witness_holds_the_file_and_not_its_place(pictures, tmp_path):
    manifest = saved_with([str(item) for item in pictures], tmp_path / "net")
    assert manifest["signature"]["inputs"] == [{"name": "", "kind": "file"}]
    assert {item["name"] for item in manifest["ranges"]} == set(picture_files.NAMES)
    held = (tmp_path / "net/witnesses/witnesses.json").read_text()
    assert str(tmp_path) not in held
    expected = loadstone.load(tmp_path / "net").predict(str(pictures[1]))
    for item in pictures[:1]:
        item.unlink()
    assert loadstone.check(tmp_path / "net").verdict.predicts_the_same == "identical"
    assert loadstone.load(tmp_path / "net").predict(pictures[1]).equal(expected)


def test_texts_that_name_no_images_stay_texts(pictures, tmp_path):
    (tmp_path / "notes.txt").write_text("no image")
    for texts in (["a text", "no/such/file.png"], [str(tmp_path / "notes.txt"), str(pictures[0])]):
        path = tmp_path / f"net{len(texts[0])}"
        loadstone.save(
            nn.Linear(1, 2).eval(),
            path,
            preprocess=lambda text: torch.tensor([float(len(text))]),
            examples=texts,
            batched=False,
            forms=["native"],
        )
        manifest = Files(str(path)).manifest
        assert manifest["signature"]["inputs"] == [{"name": "", "kind": "text"}]


def test_a_path_that_names_no_file(tmp_path):
    with pytest.raises(UsageError, match=r"the example `.*gone\.png` names no file"):
        saved_with([tmp_path / "gone.png"], tmp_path / "net")


def test_files_of_too_many_bytes(pictures, tmp_path, monkeypatch):
    monkeypatch.setattr("loadstone.inputs.examples._FILES", 100)
    with pytest.raises(UsageError, match="the files of 2 examples take"):
        saved_with(pictures, tmp_path / "net")


def test_a_name_in_a_witness_leads_out_of_no_folder(pictures, tmp_path):
    saved_with([str(item) for item in pictures], tmp_path / "net")
    witnesses = tmp_path / "net/witnesses/witnesses.json"
    outside = tmp_path / "outside.jpg"
    witnesses.write_text(witnesses.read_text().replace('"0.jpg"', f'"../../{outside.name}"'))
    with pytest.raises(loadstone.LoadError):
        loadstone.load(tmp_path / "net")
    assert not list(Path("/tmp").glob(f"loadstone-inputs-*/{outside.name}"))
