"""One row or a batch: told by the inputs of a model, and never guessed."""

import numpy as np
import pytest

from loadstone.inputs.one_row import batch_of
from loadstone.runtime.ports import Port, fed, feed_of, shapes_of
from loadstone.runtime.rows import MisfitError

IMAGE = {"shapes": {"image": [None, 4, 4, 3]}}
IDS = {"shapes": {"ids": [None, None]}}
NUMBERS = {"shapes": {"x": [None]}}
PAIR = {"shapes": {"left": [None, 5], "right": [None, 2]}}
COLUMNS = {"shapes": {"age": [None, 1], "pay": [-1, 1]}}


@pytest.mark.parametrize(
    ("rows", "about", "shape", "single"),
    [
        (np.zeros((4, 4, 3)), IMAGE, (1, 4, 4, 3), True),
        (np.zeros((2, 4, 4, 3)), IMAGE, (2, 4, 4, 3), False),
        ([np.zeros((2, 4, 4, 3))], IMAGE, (2, 4, 4, 3), False),
        ([np.zeros((4, 4, 3))], IMAGE, (1, 4, 4, 3), False),
        (np.zeros(5), IDS, (1, 5), True),
        ([1, 2, 3], IDS, (1, 3), True),
        (np.zeros(5), NUMBERS, (5,), False),
        ([1.0, 2.0], NUMBERS, (2,), False),
        (np.zeros((2, 4, 4, 3)), {}, (2, 4, 4, 3), False),
        (np.array(["a", "b"], dtype=object), {"shapes": {"text": [None, 1]}}, (2,), False),
    ],
)
def test_of_one_input(rows, about, shape, single):
    found, alone = batch_of(rows, about)
    assert (np.asarray(found).shape, alone) == (shape, single)


@pytest.mark.parametrize(
    ("rows", "about", "single"),
    [
        ({"left": np.zeros(5), "right": np.zeros(2)}, PAIR, True),
        ({"left": np.zeros((1, 5)), "right": np.zeros((1, 2))}, PAIR, False),
        ({"left": np.zeros(5), "right": np.zeros(2)}, {}, False),
        ({"left": np.zeros(4), "right": np.zeros(2)}, PAIR, False),
        ({"age": np.zeros(5), "pay": np.zeros(5)}, COLUMNS, False),
        ({"age": np.zeros(1), "pay": np.zeros(1)}, COLUMNS, False),
        ({"age": np.float32(1), "pay": np.float32(2)}, COLUMNS, True),
    ],
)
def test_of_several_by_name(rows, about, single):
    """Columns of numbers stay a batch, also of one row: only what fits no batch is a record."""
    found, alone = batch_of(rows, about)
    assert alone is single
    assert found == [rows] if single else found is rows


def test_a_record_of_numbers_of_numpy_is_of_numbers():
    """`float32` is no `float` of Python, as `float64` is."""
    port = Port("weight", "float32", [None])
    found = feed_of([{"weight": np.float32(0.5)}, {"weight": np.float32(1.5)}], [port])
    assert found["weight"].dtype == np.float32
    assert found["weight"].tolist() == [0.5, 1.5]


def test_arrays_by_their_place_take_the_order_of_the_call():
    ports = [Port("b", "float32", [None, 2]), Port("a", "float32", [None, 2])]
    one, two = np.zeros((3, 2), "float32"), np.ones((3, 2), "float32")
    found = feed_of([one, two], ports, ["a", "b"])
    assert (found["a"].max(), found["b"].max()) == (0.0, 1.0)
    with pytest.raises(MisfitError, match="nothing says which"):
        feed_of([one, two], ports)


def test_a_list_of_one_array_is_a_batch_or_a_row_by_its_axes():
    port = Port("image", "float32", [None, 4, 4, 3])
    assert fed((np.zeros((2, 4, 4, 3)),), [port])["image"].shape == (2, 4, 4, 3)
    assert fed((np.zeros((4, 4, 3)),), [port])["image"].shape == (1, 4, 4, 3)
    assert shapes_of([port, Port("x", "float32", None)]) == {}
