"""An input beyond what the model holds is told with its length and the limit; closed is closed."""

import pytest
import torch
from torch import nn
from transformers import BertConfig, BertForSequenceClassification

import loadstone
from loadstone import UsageError


class Positions(nn.Module):
    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(100, 8)
        self.places = nn.Embedding(16, 8)
        self.head = nn.Linear(8, 2)

    def forward(self, tokens):
        places = self.places(torch.arange(tokens.shape[-1]))
        return self.head((self.words(tokens) + places).mean(-2))


def lengths(text):
    return torch.tensor([len(word) for word in text.split()])


@pytest.fixture
def net(tmp_path):
    examples = ["a b c", "hello there", "x"]
    options = {"preprocess": lengths, "batched": False, "examples": examples, "forms": ["native"]}
    loadstone.save(Positions().eval(), tmp_path / "net", **options)
    return tmp_path / "net"


@pytest.mark.parametrize("texts", ["a " * 40, ["a b", "a " * 40]])
def test_a_text_longer_than_the_positions(net, texts):
    with pytest.raises(UsageError, match="the input is 40 long, and `places` has 16 positions"):
        loadstone.load(net).predict(texts)


def test_a_row_that_a_table_does_not_have(net):
    with pytest.raises(UsageError, match="`words` has 100 rows, 0 to 99, and was asked for 140"):
        loadstone.load(net).predict("a " + "b" * 140)


def test_the_positions_of_a_model_of_transformers(tmp_path):
    config = BertConfig(
        vocab_size=50,
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=8,
        max_position_embeddings=16,
    )
    ids = torch.ones(3, 5, dtype=torch.int64)
    loadstone.save(
        BertForSequenceClassification(config).eval(),
        tmp_path / "bert",
        examples={"input_ids": ids},
        forms=["native"],
    )
    loaded = loadstone.load(tmp_path / "bert")
    long = torch.ones(1, 20, dtype=torch.int64)
    with pytest.raises(UsageError, match="the input is 20 tokens long, and the model has 16"):
        loaded.predict({"input_ids": long})
    assert loaded.predict({"input_ids": ids})["logits"].shape == (3, 2)


def test_a_model_that_was_closed_says_so(net):
    loaded = loadstone.load(net)
    with loaded:
        loaded.predict("a b")
    with pytest.raises(UsageError, match="this model was closed: load it again"):
        loaded.predict("a b")
