"""What a predictor takes, and what it says of the rest: what is expected and what was given."""

import numpy as np
import pytest
import torch
from torch import nn

import loadstone
from loadstone import UsageError


class Two(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(3, 4), nn.Linear(2, 4)

    def forward(self, x, y):
        return self.a(x) + self.b(y)


class Tokens(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(30, 4)

    def forward(self, tokens):
        return self.embedding(tokens)[..., 0, :]


def codes(text):
    return torch.tensor([ord(letter) % 30 for letter in text], dtype=torch.int64)


def saved(model, place, examples, **options):
    torch.manual_seed(0)
    loadstone.save(model.eval(), place, examples=examples, forms=["native"], **options)
    return loadstone.load(place)


@pytest.fixture(scope="module")
def arrays(tmp_path_factory):
    return saved(nn.Linear(3, 2), tmp_path_factory.mktemp("a") / "net", torch.ones(4, 3))


@pytest.fixture(scope="module")
def numbers(tmp_path_factory):
    examples = torch.tensor([[1, 2], [3, 4]])
    return saved(nn.Embedding(9, 2), tmp_path_factory.mktemp("n") / "net", examples)


@pytest.fixture(scope="module")
def texts(tmp_path_factory):
    place = tmp_path_factory.mktemp("t") / "net"
    return saved(Tokens(), place, ["ab", "c"], preprocess=codes)


def test_an_example_of_two_inputs_is_one_input(tmp_path):
    examples = [(torch.randn(3), torch.randn(2)) for _ in range(3)]
    predictor = saved(Two(), tmp_path / "net", examples)
    assert predictor.predict(examples[0]).shape == (4,)
    assert torch.equal(predictor.predict(examples[0]), predictor.predict(examples)[0])
    with pytest.raises(UsageError, match=r"row 1 of 2, float32 3, cannot be predicted: .*`tuple`"):
        predictor.predict([torch.ones(3), torch.ones(2)])


@pytest.mark.parametrize(
    ("inputs", "given"),
    [
        ("hi", "a text"),
        ([], "nothing"),
        ({"a": 1, "b": 2}, "a record with `a` and `b`"),
        ([{"a": 1}], "a list of records with `a`"),
        ([[1.0, 2.0, 3.0], [1.0]], "a list of rows of 1 to 3 values"),
        (["a", "b"], "a list of texts"),
        ([[1.0, 2.0, None]], "a list of rows of `NoneType` and numbers"),
        (torch.ones(2, 4), "float32 2×4"),
        (np.ones((2, 4)), "float32 2×4"),
    ],
)
def test_what_is_no_batch_of_arrays(arrays, inputs, given):
    with pytest.raises(UsageError) as raised:
        arrays.predict(inputs)
    assert str(raised.value) == f"this model takes float32 N×3; {given} was given"


def test_numbers_that_are_not_whole_are_not_cut_off(numbers):
    assert numbers.predict([[1.0, 2.0]]).shape == (1, 2, 2)
    with pytest.raises(UsageError, match=r"hold `1\.5`, not whole, and this model takes int64 N×2"):
        numbers.predict([[1.5, 2.0]])


def test_a_number_that_the_model_has_no_row_for(numbers):
    with pytest.raises(UsageError, match="`Embedding` has 9 rows, 0 to 8, and was asked for 99"):
        numbers.predict([[1, 99]])


def test_the_row_that_raised_is_named(texts):
    assert texts.predict(["ab", "c"]).shape == (2, 4)
    with pytest.raises(UsageError, match="row 2 of 3, '', cannot be predicted: IndexError"):
        texts.predict(["ab", "", "c"])
    with pytest.raises(UsageError, match=r"row 1 of 1, .*this model takes texts"):
        texts.predict([3])
    with pytest.raises(UsageError, match="takes texts; float64 2×3 was given"):
        texts.predict(np.ones((2, 3)))


def test_a_single_text_raises_what_the_preprocessing_raises(texts):
    with pytest.raises(IndexError):
        texts.predict("")
