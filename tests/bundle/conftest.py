"""Scripts that save in one process, and loads that happen in another, elsewhere."""

import os
import platform
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from loadstone.environment import here
from loadstone.environment.build import Built

os.environ.setdefault("KERAS_BACKEND", "torch")  # TensorFlow is in the worlds only

CLASSIFIER = """
import torch
from torch import nn
import loadstone

def basic_english(line):
    return line.lower().replace(".", " . ").split()

words = ["hello", "world", "what", "a", "lovely", "day"]
vocab_map = {"<unk>": 0, **{word: at for at, word in enumerate(words, 1)}}

def tokenize_text(text, vocab_map=vocab_map):
    return torch.tensor([vocab_map.get(token, vocab_map["<unk>"]) for token in basic_english(text)])

LABELS = ["negative", "positive"]

def label_of(scores):
    return LABELS[int(scores.argmax())]

class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(len(vocab_map), 8)
        self.head = nn.Linear(8, 2)

    def forward(self, tokens):
        return self.head(self.embedding(tokens).mean(dim=-2))

torch.manual_seed(3)
report = loadstone.save(
    Classifier().eval(), PATH, preprocess=tokenize_text, postprocess=label_of,
    examples=["hello world", "what a lovely day", "a day"], forms=["native"],
)
print(report.verdict.predicts_the_same)
"""


@pytest.fixture(scope="session")
def classifier():
    """Return the source of a script that saves a text classifier to `PATH`."""
    return CLASSIFIER


@pytest.fixture
def python(tmp_path):
    """Run a script in a process of its own, in a folder of its own; return what it prints."""

    def run(source, *, folder="elsewhere", name=None, expect=0, **names):
        place = tmp_path / folder
        place.mkdir(exist_ok=True)
        head = "".join(f"{key} = {str(value)!r}\n" for key, value in names.items())
        script = place / (name or "script.py")
        script.write_text(head + textwrap.dedent(source))
        done = subprocess.run(
            [sys.executable, script],
            cwd=place,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PYTHONWARNINGS": ""},
        )
        script.unlink()
        assert done.returncode == expect, done.stderr
        return done.stdout + (done.stderr if expect else "")

    return run


@pytest.fixture(scope="session")
def built():
    """Return this environment as one that was built."""
    version, installed = platform.python_version(), here.here().distributions
    return Built(Path(sys.prefix), Path(sys.executable), version, installed)
