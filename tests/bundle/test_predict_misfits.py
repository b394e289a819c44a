"""What a predictor takes, and what it says of the rest: what is expected and what was given."""

import numpy as np
import pytest
import torch
from torch import nn

import loadstone
from loadstone import UsageError
from loadstone.predictor import UnknownInputError


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
    assert torch.allclose(predictor.predict(examples[0]), predictor.predict(examples)[0])
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
    ],
)
def test_what_is_no_batch_of_arrays(arrays, inputs, given):
    with pytest.raises(UsageError) as raised:
        arrays.predict(inputs)
    assert str(raised.value) == f"this model takes float32 N×3; {given} was given"


@pytest.mark.parametrize("inputs", [torch.ones(2, 4), np.ones((2, 4)), [[1.0, 2.0, 3.0, 4.0]] * 2])
def test_another_number_of_columns_is_refused_before_the_model_is_asked(tmp_path, inputs):
    taking = saved(nn.ReLU(), tmp_path / "net", torch.ones(4, 3))  # a model that takes any number
    with pytest.raises(UsageError, match="2×4 has 4 columns, and this model takes 3"):
        taking.predict(inputs)
    freed = loadstone.load(tmp_path / "net", signature={"inputs": {"shape": [None, None]}})
    assert freed.predict(inputs).shape == (2, 4)


class Pooled(nn.Module):
    def __init__(self):
        super().__init__()
        self.filter = nn.Conv2d(3, 4, 3)

    def forward(self, pictures):
        return self.filter(pictures).mean((2, 3))


def test_pictures_of_another_size_are_told(tmp_path):
    loaded = saved(Pooled().eval(), tmp_path / "net", torch.rand(4, 3, 32, 32))
    told = "2 of 2 pictures of `3×48×20`, and every example was 3×32×32"
    with pytest.warns(UserWarning, match=told):
        assert loaded.predict(torch.rand(2, 3, 48, 20)).shape == (2, 4)
    assert loaded.predict(torch.rand(3, 32, 32)).shape == (4,)
    strict = loadstone.load(tmp_path / "net", on_unknown="error")
    with pytest.raises(UnknownInputError, match=told):
        strict.predict(torch.rand(2, 3, 48, 20))
    shape = {"inputs": {"shape": [None, 3, None, None]}}
    freed = loadstone.load(tmp_path / "net", signature=shape)
    assert freed.predict(torch.rand(2, 3, 48, 20)).shape == (2, 4)
    found = loadstone.check(tmp_path / "net", examples=torch.rand(2, 3, 48, 20)).found
    assert [item.check.code for item in found] == ["LS503"]


def test_a_size_that_the_examples_showed_free_is_free(tmp_path):
    pictures = [torch.rand(3, 20 + at, 32) for at in range(4)]
    loaded = saved(Pooled().eval(), tmp_path / "net", pictures)
    assert loaded.predict([torch.rand(3, 90, 32)]).shape == (1, 4)
    with pytest.warns(
        UserWarning, match="1 of 2 pictures of `3×20×31`, and every example was 3×N×32"
    ):
        loaded.predict([torch.rand(3, 20, 31), torch.rand(3, 20, 32)])


class Level(nn.Module):
    def forward(self, steps):
        return steps.mean((1, 2))[:, None]


def test_a_sequence_with_its_axes_swapped_is_told(tmp_path):
    loaded = saved(Level(), tmp_path / "net", torch.rand(30, 20, 6))
    with pytest.warns(UserWarning, match="4 of 4 rows of `6×20`, and every example was 20×6"):
        loaded.predict(torch.rand(4, 6, 20))


def test_a_size_that_a_model_free_in_both_axes_takes_is_told(tmp_path):
    loaded = saved(Level(), tmp_path / "net", torch.rand(30, 20, 6))
    for sizes in ((20, 7), (31, 6)):
        told = f"4 of 4 rows of `{sizes[0]}×{sizes[1]}`, and every example was 20×6"
        with pytest.warns(UserWarning, match=told):
            assert loaded.predict(torch.rand(4, *sizes)).shape == (4, 1)
    freed = loadstone.load(tmp_path / "net", signature={"inputs": {"shape": [None, None, 6]}})
    assert freed.predict(torch.rand(4, 31, 6)).shape == (4, 1)
    found = loadstone.check(tmp_path / "net", examples=torch.rand(4, 20, 7)).found
    assert [item.check.code for item in found] == ["LS503"]


@pytest.mark.parametrize(
    ("model", "other"),
    [
        (nn.Sequential(nn.Linear(6, 3), nn.ReLU()), (31, 6)),  # columns by their weights
        (nn.Sequential(nn.Conv1d(20, 2, 3), nn.AdaptiveAvgPool1d(1)), (20, 9)),  # channels first
    ],
)
def test_that_lengths_vary_is_usual(tmp_path, model, other):
    loaded = saved(model.eval(), tmp_path / "net", torch.rand(30, 20, 6))
    assert len(loaded.predict(torch.rand(4, *other))) == 4


class Averaged(nn.Module):
    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(9, 4)

    def forward(self, ids):
        return self.words(ids).mean(1)


def test_a_sequence_is_told_where_it_is_far_longer(tmp_path):
    loaded = saved(Averaged().eval(), tmp_path / "net", torch.randint(0, 9, (4, 7)))
    assert loaded.predict(torch.ones(2, 12, dtype=torch.int64)).shape == (2, 4)
    with pytest.warns(UserWarning, match="2 of 2 rows of `15`, and every example was 7"):
        loaded.predict(torch.ones(2, 15, dtype=torch.int64))


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
