"""pandas writes a number at each place that a block of a table names, wherever that is."""

import io
import pickle

import joblib
import numpy as np
import pandas as pd
import pytest
from opcodes import NONE, START, call, glob, listed, number, pairs, text, together

from loadstone import readers
from loadstone.runtime import audited, pickles


def numbers(*held):
    return pickle.dumps(np.array(held), 2)[2:-1]


def part(first, last, step=1):
    return call("builtins", "slice", number(first), number(last), number(step))


MANAGER = "pandas.core.internals.managers", "BlockManager"
INDEX = "pandas.core.indexes.base", "_new_Index"
OF = glob("pandas.core.indexes.base", "Index")
RANGE = glob("pandas.core.indexes.range", "RangeIndex")
TWO = call(*INDEX, OF, pairs(text("data"), numbers(7, 8)))
COUNTED = call(
    *INDEX,
    RANGE,
    pairs(text("start"), number(0), text("stop"), number(2), text("step"), number(1)),
)
VALUES = numbers(1, 2)


def of_blocks(place, axis=TWO):
    """Return a table as pandas writes it since 1.3."""
    block = call("pandas._libs.internals", "_unpickle_block", VALUES, place, number(2))
    return call(*MANAGER, together(block), listed(axis, axis))


def of_state(place, axis=TWO):
    """Return a table as pandas wrote it before."""
    block = pairs(text("values"), VALUES, text("mgr_locs"), place)
    held = pairs(text("axes"), listed(axis, axis), text("blocks"), listed(block))
    state = together(listed(), listed(), listed(), pairs(text("0.14.1"), held))
    return glob(*MANAGER) + b")\x81" + state + b"b"


MAKES = glob("pandas.core.internals.blocks", "new_block")
# partials that are given the places before, or by their name
LATE = glob("functools", "partial") + together(MAKES) + b"R"
LATE += together(MAKES, together(VALUES, part(8, 9)), b"}", NONE) + b"b"
EARLY = glob("functools", "partial") + together(MAKES) + b"R"
EARLY += together(MAKES, together(), pairs(text("placement"), part(8, 9)), NONE) + b"b"

OUTSIDE = {
    "behind": part(2, 3),
    "far behind": part(10**8, 10**8 + 1),
    "by steps": part(0, 4, 2),
    "before": part(-1, 0),
    "backwards": part(1, -2, -1),
    "no number": call("builtins", "slice", number(0), NONE, NONE),
    "an array": numbers(0, 2),
    "an array of what comes before": numbers(-1),
    "an array of another kind": pickle.dumps(np.array([1], ">i8"), 2)[2:-1],
}
INSIDE = {
    "a slice": part(0, 2),
    "none": part(0, 0),
    "backwards": part(1, -1, -1),
    "an array": numbers(1, 0),
}


@pytest.mark.parametrize("made", [of_blocks, of_state])
@pytest.mark.parametrize("axis", [TWO, COUNTED])
@pytest.mark.parametrize("place", OUTSIDE.values(), ids=OUTSIDE)
def test_a_place_outside_of_a_table_is_told_of(made, axis, place):
    assert audited.verdict(pickles.read(START + made(place, axis) + b"."))[0] == "yes"


@pytest.mark.parametrize("made", [of_blocks, of_state])
@pytest.mark.parametrize("axis", [TWO, COUNTED])
@pytest.mark.parametrize("place", INSIDE.values(), ids=INSIDE)
def test_a_place_inside_is_not(made, axis, place):
    assert audited.verdict(pickles.read(START + made(place, axis) + b"."))[0] == "library"


def test_what_was_another_before_is_told_of():
    """A dictionary of a state is changed after pandas took what it has."""
    block = pairs(text("values"), VALUES, text("mgr_locs"), part(8, 9)) + b"q\x07"
    held = pairs(text("axes"), listed(TWO, TWO), text("blocks"), listed(block))
    state = together(listed(), listed(), listed(), pairs(text("0.14.1"), held))
    made = glob(*MANAGER) + b")\x81" + state + b"bh\x07" + text("mgr_locs") + part(0, 1) + b"s0"
    assert audited.verdict(pickles.read(START + made + b"."))[0] == "yes"


def test_a_block_that_is_made_otherwise_is_told_of():
    for function in (glob("pandas.core.internals.blocks", "ensure_block_shape"), LATE, EARLY):
        block = function + together(VALUES, part(0, 1), number(2)) + b"R"
        made = call(*MANAGER, together(block), listed(TWO, TWO))
        assert audited.verdict(pickles.read(START + made + b"."))[0] == "yes"


def test_a_table_of_the_compiled_class_is_read_too():
    made = of_state(part(8, 9)).replace(glob(*MANAGER), glob("pandas._libs.internals", MANAGER[1]))
    assert audited.verdict(pickles.read(START + made + b"."))[0] == "yes"


def test_an_axis_of_which_the_length_is_not_known_is_told_of():
    for axis in (
        call(*INDEX, OF, pairs(text("data"), listed(number(1), number(2)))),
        glob("pandas.core.indexes.base", "Index"),
    ):
        made = of_blocks(part(0, 1), axis)
        assert audited.verdict(pickles.read(START + made + b"."))[0] == "yes"


TABLES = {
    "numbers": pd.DataFrame(np.ones((2, 3))),
    "kinds": pd.DataFrame({"a": [1], "b": [1.0], "c": ["x"], "d": [2], "e": [True], "f": [3]}),
    "two levels": pd.DataFrame(
        np.ones((2, 4)), columns=pd.MultiIndex.from_product([["a", "b"], [1, 2]])
    ),
    "days": pd.DataFrame(np.ones((1, 2)), columns=pd.date_range("2020-01-01", periods=2)),
    "categories": pd.DataFrame(np.ones((1, 3)), columns=pd.Categorical(["a", "b", "a"])),
    "values that are categories": pd.DataFrame({"x": pd.Categorical(["a"]), "y": [1]}),
    "nothing": pd.DataFrame(),
    "no row": pd.DataFrame(columns=["a"]),
    "a series": pd.Series([1, 2]),
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_tables_of_pandas_are_library(table, protocol):
    data = pickle.dumps(table, protocol)
    assert audited.verdict(pickles.read(data)) == ("library", [])


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_so_are_those_of_joblib(table, tmp_path):
    held = io.BytesIO()
    joblib.dump(table, held)
    (tmp_path / "a.joblib").write_bytes(held.getvalue())
    assert readers.read(tmp_path / "a.joblib").opening_runs_code == "library"
