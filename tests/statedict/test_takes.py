"""What a file alone reveals of the inputs of its model, in the lines of a check."""

import json
import pickle
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import nn

from loadstone import readers
from loadstone.statedict.takes import takes

ROWS = pd.DataFrame(np.random.default_rng(0).normal(size=(40, 3)), columns=["age", "area", "floor"])
LABELS = np.arange(40) % 2
TEXTS = ["a good day", "a bad day"] * 20


class Words(nn.Module):
    def __init__(self):
        super().__init__()
        self.word_embeddings = nn.Embedding(30522, 4)
        self.position_embeddings = nn.Embedding(512, 4)
        self.classifier = nn.Linear(4, 3)


class Patches(nn.Module):
    def __init__(self):
        super().__init__()
        self.patch_embed = nn.Conv2d(3, 8, 16, 16)
        self.pos_embed = nn.Parameter(torch.zeros(1, 197, 8))
        self.head = nn.Linear(8, 10)


class Maps(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(1, 4, 3)
        self.second = nn.Conv2d(4, 8, 3)
        self.head = nn.Linear(8 * 5 * 5, 10)


ESTIMATORS = {
    "names": (
        LogisticRegression().fit(ROWS, LABELS),
        (
            "3 columns: age, area, floor",
            "nothing in it prepares them: give them as `fit` was given them",
        ),
    ),
    "places": (
        LogisticRegression().fit(ROWS.to_numpy(), LABELS),
        (
            "3 columns, whose names it does not hold",
            "nothing in it prepares them: give them as `fit` was given them",
        ),
    ),
    "scaled": (
        make_pipeline(StandardScaler(), LogisticRegression()).fit(ROWS, LABELS),
        ("3 columns: age, area, floor",),
    ),
    "texts": (
        make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(TEXTS, LABELS),
        ("what its `TfidfVectorizer` takes",),
    ),
}
NETS = {
    Words: (
        "token ids below 30,522 (`word_embeddings.weight`)",
        "at most 512 positions (`position_embeddings.weight`)",
        "gives 3 numbers (`classifier.weight`)",
        "what prepares them is not in the file",
    ),
    Patches: (
        "pictures of 3 channels (`patch_embed.weight`)",
        "of 224×224 (`pos_embed`)",
        "gives 10 numbers (`head.weight`)",
        "what prepares them is not in the file",
    ),
    Maps: (
        "pictures of 1 channel (`first.weight`)",
        "of one size, 5×5 where `head.weight` takes what is made of them",
        "gives 10 numbers (`head.weight`)",
        "what prepares them is not in the file",
    ),
    lambda: nn.Linear(3, 2): (
        "rows of 3 numbers (`weight`)",
        "what prepares them is not in the file",
    ),
    lambda: nn.Sequential(nn.Linear(23, 8), nn.BatchNorm1d(8), nn.Linear(8, 3)): (
        "rows of 23 numbers (`0.weight`)",
        "gives 3 numbers (`2.weight`)",
        "what prepares them is not in the file",
    ),
    lambda: nn.Sequential(nn.GRU(7, 4), nn.Linear(4, 2)): (
        "sequences of 7 numbers a step (`0.weight_ih_l0`)",
        "gives 2 numbers (`1.weight`)",
        "what prepares them is not in the file",
    ),
    lambda: nn.Embedding(9, 2): (),
}


@pytest.mark.parametrize("name", ESTIMATORS)
def test_an_estimator(tmp_path, name):
    model, told = ESTIMATORS[name]
    (tmp_path / "model.pkl").write_bytes(pickle.dumps(model))
    assert takes(readers.read(tmp_path / "model.pkl")) == told


@pytest.mark.parametrize("net", NETS)
def test_a_state_dict(tmp_path, net):
    torch.save(net().state_dict(), tmp_path / "net.pth")
    assert takes(readers.read(tmp_path / "net.pth")) == NETS[net]


def test_a_check_says_it_unless_a_target_tells_more(tmp_path):
    torch.save(Words().state_dict(), tmp_path / "net.pth")
    command = [sys.executable, "-m", "loadstone", "check", "net.pth"]

    def told(*more):
        done = subprocess.run(
            [*command, *more], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        return done.stdout

    assert "takes               token ids below 30,522" in told()
    assert json.loads(told("--output-format", "json"))["takes"] == list(NETS[Words])
    (tmp_path / "nets.py").write_text(
        "import torch\nfrom torch import nn\n\nclass Words(nn.Module):\n"
        "    def __init__(self):\n        super().__init__()\n"
        "        self.word_embeddings = nn.Embedding(30522, 4)\n"
        "        self.position_embeddings = nn.Embedding(512, 4)\n"
        "        self.classifier = nn.Linear(4, 3)\n"
    )
    assert "takes" not in told("--into", "nets:Words")


def test_words_are_not_places_in_whichever_order_they_stand(tmp_path):
    tensors = {
        "bert.embeddings.position_embeddings.weight": torch.zeros(64, 4),
        "bert.embeddings.token_type_embeddings.weight": torch.zeros(2, 4),
        "bert.embeddings.word_embeddings.weight": torch.zeros(99, 4),
    }
    torch.save(tensors, tmp_path / "sorted.pt")
    told = list(takes(readers.read(tmp_path / "sorted.pt")))

    assert told[0] == "token ids below 99 (`bert.embeddings.word_embeddings.weight`)"
    assert told[1] == "at most 64 positions (`bert.embeddings.position_embeddings.weight`)"
