"""Inputs are made to fit the signature without loss, or refused with what is expected of them."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from loadstone import UsageError
from loadstone.inputs import signature
from loadstone.inputs.examples import kind_of
from loadstone.inputs.fitted import MisfitInputError
from loadstone.inputs.ranges import recorded
from loadstone.inputs.single import Shape
from loadstone.runtime.steps import Steps

ROWS = [
    {"area": 71.5, "rooms": 3, "zip": "00184", "sold": False},
    {"area": 40.0, "rooms": 1, "zip": "10115", "sold": True},
]
FRAME = pd.DataFrame(ROWS)


def shape_of(examples: Any, changes: dict[str, Any] | None = None) -> Shape:
    """Return what a manifest with these examples takes, without steps."""
    parts = signature.edited(signature.of_inputs(examples, recorded(examples)), changes or {})
    held = json.loads(json.dumps({"kind": kind_of(examples), "inputs": parts}))
    return Shape.of({"signature": held}, Steps(lambda batch: batch, {}))


def fitted(examples: Any, rows: Any, **changes: Any) -> Any:
    """Return the batch that the model would get."""
    shape = shape_of(examples, changes)
    return shape.fitted(shape.batch(rows)[0]).batch


def refusal(examples: Any, rows: Any, **changes: Any) -> str:
    with pytest.raises(MisfitInputError) as raised:
        fitted(examples, rows, **changes)
    return str(raised.value)


def test_columns_come_in_the_order_of_the_save_and_others_are_left_out() -> None:
    turned = FRAME[["sold", "zip", "rooms", "area"]].assign(id=[7, 8])
    shape = shape_of(FRAME)
    found = shape.fitted(turned)
    pd.testing.assert_frame_equal(found.batch, FRAME)
    assert found.spare == ("id",)
    names = [list(row) for row in fitted(ROWS, [dict(reversed(list(ROWS[0].items())), id=7)])]
    assert names == [["area", "rooms", "zip", "sold"]]


def test_a_batch_that_fits_is_passed_as_it_is() -> None:
    array = np.ones((2, 3), np.float32)
    assert fitted(FRAME, FRAME) is FRAME
    assert fitted(array, array) is array


def test_a_misspelt_column_is_named_with_the_nearest_and_all_columns_side_by_side() -> None:
    assert refusal(FRAME, FRAME.rename(columns={"rooms": "Room"})).splitlines() == [
        "column `rooms` is missing; the model was saved with it; nearest: `Room`",
        "  expected      given",
        "  rooms int64   — (nearest: Room int64)",
        "  area float64  area float64",
        "  zip text      zip str" if FRAME["zip"].dtype == "str" else "  zip text      zip object",
        "  sold bool     sold bool",
    ]
    lacking = [ROWS[0], {**ROWS[1], "are": 1.0}]
    del lacking[1]["area"]
    assert "row 2 of 2 lacks `area`; nearest: `are`" in refusal(ROWS, lacking)


@pytest.mark.parametrize("examples", [FRAME, ROWS], ids=["frame", "records"])
@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"area": "71"}, "column `area` holds text, `71`, and the model takes float"),
        ({"zip": 184}, "column `zip` holds numbers, `184`, and the model takes text"),
    ],
)
def test_no_text_stands_for_a_number(examples: Any, change: dict[str, Any], told: str) -> None:
    rows = [{**ROWS[0], **change}]
    assert told in refusal(examples, pd.DataFrame(rows) if examples is FRAME else rows)


def test_numbers_are_cast_where_they_stay_the_same_numbers() -> None:
    given_frame = FRAME.assign(area=[71, 40], rooms=[3.0, 1.0], sold=[0, 1])
    found = fitted(FRAME, given_frame)
    assert [str(dtype) for dtype in found.dtypes] == [str(dtype) for dtype in FRAME.dtypes]
    (row,) = fitted(ROWS, [{"area": 71, "rooms": 3.0, "zip": "0", "sold": 1}])
    assert [type(cell) for cell in row.values()] == [float, int, str, bool]
    half = fitted(FRAME, FRAME.assign(rooms=[1.5, 2.0]))
    assert half["rooms"].tolist() == [1.5, 2.0]  # nothing is cut off
    assert "hold" in refusal(FRAME, FRAME.assign(sold=[2, 1]))


def test_names_that_some_examples_lack_are_optional() -> None:
    examples = [ROWS[0], {**ROWS[1], "floor": 2}]
    assert fitted(examples, [ROWS[0]]) == [ROWS[0]]
    assert fitted(examples, [{**ROWS[0], "floor": 2.0}]) == [{**ROWS[0], "floor": 2}]
    assert fitted(ROWS, [{"area": 1.0, "zip": "1", "sold": True}], rooms={"optional": True})


def test_categories_keep_their_codes_whatever_the_batch_holds() -> None:
    seen = pd.DataFrame({"city": pd.Categorical(["Rome", "Oslo", "Paris"])})
    for values in (pd.Categorical(["Rome"]), ["Rome"], pd.Categorical(["Bern", "Rome"])[1:]):
        found = fitted(seen, pd.DataFrame({"city": values}))
        assert found["city"].cat.codes.tolist() == [2]
    new = fitted(seen, pd.DataFrame({"city": ["Bern", "Oslo", None]}))
    assert new["city"].cat.codes.tolist() == [3, 0, -1]
    ordered = pd.DataFrame({"size": pd.Categorical(["S", "L"], ["S", "L"], ordered=True)})
    assert "none of its ordered categories" in refusal(ordered, pd.DataFrame({"size": ["M"]}))


def test_moments_are_read_from_text() -> None:
    seen = pd.DataFrame({"on": pd.to_datetime(["2024-01-02", "2024-01-03"])})
    found = fitted(seen, [{"on": "2025-03-04T05:06:07"}])
    assert found["on"].tolist() == [pd.Timestamp("2025-03-04T05:06:07")]
    assert "no moment in ISO 8601" in refusal(seen, [{"on": "04/03/2025"}])


def test_what_no_cast_holds_is_told_and_breaks_nothing() -> None:
    numbers = pd.DataFrame({"x": [1.5, 2.5]})
    some = pd.DataFrame({"x": pd.Categorical([1, 2, None], categories=[1, 2])})
    assert fitted(numbers, some)["x"].tolist()[:2] == [1.0, 2.0]
    large = pd.DataFrame({"x": pd.Series([1 << 70, 1], dtype=object)})
    assert "which int64 does not hold" in refusal(pd.DataFrame({"x": [1, 2]}), large)
    classes = pd.DataFrame({"x": pd.Categorical([0, 1])})
    assert "`True`, which is none of its" in refusal(classes, pd.DataFrame({"x": [True, False]}))
    lists = pd.DataFrame({"x": pd.Series([[1], [2]], dtype=object)})
    assert "holds `[1]`, no int" in refusal(classes, lists)
    days = pd.DataFrame({"x": pd.to_datetime(["2024-02-03"]).astype("datetime64[s]")})
    halves = pd.to_datetime(["2024-02-03 00:00:00.5"]).astype("datetime64[ns]")
    assert "which datetime64[s] would round" in refusal(days, pd.DataFrame({"x": halves}))
    early = pd.DataFrame({"x": ["1400-01-01"]})
    assert "datetime64[ns] does not hold" in refusal(days.astype("datetime64[ns]"), early)


def test_missing_values_are_refused_where_the_signature_says_so() -> None:
    given_frame = FRAME.assign(area=[np.nan, 40.0])
    assert fitted(FRAME, given_frame)["area"].isna().tolist() == [True, False]
    told = refusal(FRAME, given_frame, area={"missing": False})
    assert "column `area` is missing in row 1, and the signature allows none" in told
    array = np.array([[1.0, 2.0], [3.0, np.nan]], np.float32)
    told = refusal(np.ones((2, 2), np.float32), array, inputs={"missing": False})
    assert "a value is missing (NaN) at row 2, column 1" in told


@pytest.mark.parametrize("make", [np.array, torch.tensor], ids=["numpy", "torch"])
@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([[1 << 24, 1]], ""),
        ([[(1 << 24) + 1, 1]], "hold `16777217`, which float32 would round"),
        ([[True, False]], ""),
        ([[1j, 2]], "are complex"),
    ],
)
def test_arrays_become_float32_only_as_the_same_numbers(make: Any, values: Any, told: str) -> None:
    examples, given_array = make([[1.5, 2.5]] * 3), make(values)
    examples = examples.astype("float32") if make is np.array else examples.float()
    if told:
        assert told in refusal(examples, given_array)
        return
    found = fitted(examples, given_array)
    assert found.dtype == examples.dtype
    assert found.tolist() == given_array.tolist()


def test_arrays_that_do_not_hold_the_numbers_are_refused() -> None:
    pixels = np.zeros((2, 4), np.uint8)
    assert fitted(pixels, np.full((1, 4), 255.0)).dtype == np.uint8
    assert "hold `300`, which uint8 does not hold" in refusal(pixels, np.full((1, 4), 300))
    assert "hold `0.5`, not whole" in refusal(pixels, np.full((1, 4), 0.5))
    assert "not whole" in refusal(pixels, np.full((1, 4), np.nan))
    small = np.ones((2, 4), np.float32)
    assert "which float32 does not hold" in refusal(small, np.full((1, 4), 1e300))
    assert fitted(small, np.full((1, 4), np.inf)).tolist() == [[np.inf] * 4]
    assert "are texts" in refusal(small, np.full((1, 4), "1"))


def test_axes() -> None:
    first = np.zeros((2, 3, 16, 20), np.float32)
    told = refusal(first, np.zeros((1, 16, 20, 3), np.float32))
    assert "the channels of 16×20×3 are last (HWC), and the examples had them first" in told
    assert "are last (HWC)" in refusal(first, np.zeros((64, 48, 3), np.float32))
    for sizes in ((1, 3, 20, 16), (1, 3, 64, 64), (3, 5, 5)):
        fitted(first, np.zeros(sizes, np.float32))  # other sizes are the model's to judge
    told = refusal(np.zeros((2, 4)), np.zeros((1, 5, 4)))
    assert "1×5×4 has one axis more than N×4, the first of size 1: it is a batch already" in told
    several = [np.zeros((8, 9, 3)), np.zeros((7, 6, 3))]
    assert "row 1 of 1: the channels of 3×8×9 are first" in refusal(several, [np.zeros((3, 8, 9))])


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"are": "float32"}, "there is no input `are`; there are `area`, `rooms`"),
        ({"area": "decimal"}, "'decimal' is no dtype"),
        ({"area": {"type": "int64"}}, "`type` is none of dtype, shape"),
        ({"area": 3}, "`int` is none of"),
    ],
)
def test_what_a_signature_cannot_be(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        shape_of(FRAME, changes)


_CELLS = st.one_of(st.integers(-(2**60), 2**60), st.floats(), st.booleans(), st.none())


@given(st.lists(_CELLS, min_size=1, max_size=9), st.lists(_CELLS, min_size=1, max_size=9))
def test_a_cell_of_a_record_is_the_same_number_or_refused(seen: list[Any], now: list[Any]) -> None:
    examples, rows = [{"x": cell} for cell in seen], [{"x": cell} for cell in now]
    assert repr(fitted(examples, examples)) == repr(examples)
    for before, after in zip(rows, fitted(examples, rows), strict=True):
        assert repr(before) == repr(after) or before == after


@given(
    st.sampled_from(["int8", "uint8", "int64", "float16", "float32", "float64", "bool"]),
    st.lists(st.one_of(st.integers(-(2**40), 2**40), st.floats(width=32)), min_size=1, max_size=6),
)
def test_a_cast_loses_no_more_than_the_digits_of_a_narrower_float(
    dtype: str, values: list[float]
) -> None:
    examples = np.ones((3, len(values)), dtype)
    before = np.array([values])
    try:
        after = fitted(examples, before)
    except MisfitInputError:
        return
    assert after.dtype == examples.dtype
    if after.dtype.kind == "f" and before.dtype.kind == "f":
        np.testing.assert_array_equal(after, before.astype(dtype))
        assert (np.isinf(after) == np.isinf(before)).all()
    else:
        np.testing.assert_array_equal(after.astype(before.dtype), before)
