"""Bundles of torch of this Python predict on an older Python with an older torch, project gone."""

import functools
import re
from dataclasses import dataclass, field

import numpy as np
import pytest
import torch
import world_pythons
from torch import nn

import loadstone
from loadstone.bundle import away
from loadstone.core.facts import Replay

WORLD = "py39-torch17"
WORD = re.compile(r"[\w']+|[^\w\s]")
WORDS = {word: at for at, word in enumerate(["<unk>", "hello", "world", "a", "lovely", "day"])}
MEAN = np.array([0.1, 0.2, 0.3], np.float32)
SHIFT = torch.tensor([1.5, -2.25, 3.0], dtype=torch.bfloat16)


@dataclass
class Options:
    """How texts are cut."""

    most: int | None = 6
    stop: list[str] = field(default_factory=lambda: ["the"])


class Tokenize:
    """Words to their numbers, padded."""

    def __init__(self, options):
        self.options = options

    def __call__(self, text):
        words = [word for word in WORD.findall(text.lower()) if word not in self.options.stop]
        numbers = [WORDS.get(word, 0) for word in words[: self.options.most]]
        return torch.tensor(numbers + [0] * (self.options.most - len(words)))


def scaled(row, *, by, mean=MEAN):
    """Return a row around its mean."""
    return torch.from_numpy((np.asarray(row, np.float32) - mean) / by) + SHIFT.float()


def label(scores, names=("negative", "positive")):
    """Return the name of the higher score."""
    return names[int(scores.argmax())]


class Base(nn.Module):
    """A body of a subclass's, and a head."""

    def __init__(self):
        super().__init__()
        self.head = nn.Linear(8, 2)

    def forward(self, inputs):
        return self.head(self.body(inputs))


class Words(Base):
    """Of texts."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(len(WORDS), 8)

    def body(self, numbers):
        return self.embed(numbers).mean(dim=-2)


class Pictures(Base):
    """Of pictures."""

    def __init__(self):
        super().__init__()
        parts = (nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.GELU(), nn.AdaptiveAvgPool2d(1))
        self.parts = nn.Sequential(*parts, nn.Flatten())

    def body(self, pictures):
        return self.parts(pictures)


class Halves(Base):
    """Its weights are bfloat16, and are computed with as float32."""

    def __init__(self):
        super().__init__()
        self.halves = nn.Parameter(torch.randn(3, 8).bfloat16())

    def body(self, rows):
        return rows @ self.halves.float()


PICTURES = np.random.default_rng(0).random((3, 3, 8, 8), dtype=np.float32)
CASES = {
    "words": (Words, {"preprocess": Tokenize(Options()), "postprocess": label}),
    "rows": (Halves, {"preprocess": functools.partial(scaled, by=2.0), "postprocess": label}),
    "pictures": (Pictures, {}),
}
EXAMPLES = {
    "words": ["hello world", "a lovely day"],
    "rows": [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]],
    "pictures": PICTURES,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", list(CASES))
def test_it_predicts_there_what_it_predicted_here(name, tmp_path):
    python = world_pythons.python_of(WORLD)
    torch.manual_seed(0)
    build, steps = CASES[name]
    examples = EXAMPLES[name]
    loadstone.save(build().eval(), tmp_path / "net", examples=examples, forms=["native"], **steps)
    here = loadstone.load(tmp_path / "net").predict(examples)
    loaded = away.load(str(tmp_path / "net"), python)
    try:
        assert loaded.error is None
        replay = loaded.facts[Replay]
        assert "Python 3.9" in replay.where
        assert "torch 1.7" in replay.where
        assert replay.whole in ("identical", "within tolerance")
        there = loaded.steps.predict(examples)
    finally:
        loaded.close()
    if name == "pictures":
        np.testing.assert_allclose(there, here, rtol=0, atol=1e-5)
    else:
        assert there == here


@pytest.mark.slow
def test_a_class_that_it_lacks_is_named(tmp_path):
    python = world_pythons.python_of(WORLD)
    net = nn.TransformerEncoderLayer(8, 2, 16).eval()
    examples = np.ones((3, 4, 8), np.float32)
    loadstone.save(net, tmp_path / "net", examples=examples, forms=["native"])
    loaded = away.load(str(tmp_path / "net"), python)
    loaded.close()
    assert "`torch.nn.modules.linear.NonDynamicallyQuantizableLinear` is not in" in str(
        loaded.error
    )
