"""Frames come back as they were: every kind of column, of index and of cell, in one process."""

import datetime as dt
import decimal
import json
import uuid
import zoneinfo

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from loadstone.runtime import columns_from
from loadstone.runtime.values import UnrecordableError, decode, encode

pd = pytest.importorskip("pandas", minversion="3", reason="Python 3.10 has no pandas 3")

OFFSET = dt.timezone(dt.timedelta(hours=5, minutes=30))
MOMENTS = ["2020-01-01T01:02:03.000000004", "NaT", "2020-07-01"]
COLUMNS = {
    "bool": np.array([True, False, True]),
    "int8": np.array([-128, 0, 127], dtype=np.int8),
    "uint64": np.array([0, 1, 2**64 - 1], dtype=np.uint64),
    "float32": np.array([0.1, np.nan, -0.0], dtype=np.float32),
    "float64": np.array([5e-324, np.inf, np.nan]),
    "complex": np.array([1 + 2j, 0, np.nan]),
    "moments": np.array(MOMENTS, dtype="M8[ns]"),
    "seconds": pd.Series(np.array(["1600-01-01", "NaT", "2020-07-01"], dtype="M8[s]")),
    "spans": np.array([1, -5, 2**40], dtype="m8[ns]"),
    "zone": pd.DatetimeIndex(MOMENTS).tz_localize("UTC").tz_convert("Europe/Berlin"),
    "utc": pd.DatetimeIndex(MOMENTS, tz="UTC"),
    "offset": pd.DatetimeIndex(MOMENTS).tz_localize(OFFSET),
    "category": pd.Categorical(["b", None, "a"], categories=["b", "a", "never"]),
    "ordered": pd.Categorical([3, 1, None], categories=[3, 1, 2], ordered=True),
    "moments category": pd.Categorical(pd.DatetimeIndex(MOMENTS)),
    "Int64": pd.array([1, None, 2**62 + 1], dtype="Int64"),
    "UInt8": pd.array([1, None, 255], dtype="UInt8"),
    "Float32": pd.array([0.5, None, 1.25], dtype="Float32"),
    "boolean": pd.array([True, None, False], dtype="boolean"),
    "str": pd.array(["é", None, ""], dtype="str"),
    "string": pd.array(["é", pd.NA, ""], dtype="string"),
    "python string": pd.array(["é", pd.NA, ""], dtype=pd.StringDtype("python")),
    "period": pd.PeriodIndex(["2020-01", None, "2021-05"], freq="M"),
    "interval": pd.arrays.IntervalArray.from_tuples([(0, 1), None, (2, 5)], closed="left"),
    "sparse": pd.arrays.SparseArray([0, 0, 7], fill_value=0),
    "sparse nan": pd.arrays.SparseArray([np.nan, 1.5, np.nan]),
    "mixed": np.array([1, "1", 1.0], dtype=object),
    "missing": np.array([None, np.nan, pd.NaT], dtype=object),
    "na": np.array([pd.NA, True, np.float32(0.1)], dtype=object),
    "cells": np.array(
        [pd.Timestamp("2020-01-01", tz="Asia/Tokyo"), pd.Timedelta("1h"), pd.Period("2020", "Y")],
        dtype=object,
    ),
    "python": columns_from.objects(
        [
            dt.datetime(2020, 1, 1, 2, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin"), fold=1),
            dt.date(1, 2, 3),
            decimal.Decimal("1.10"),
        ]
    ),
    "more": columns_from.objects([dt.time(1, 2), dt.timedelta(1, 2, 3), uuid.UUID(int=5)]),
    "nested": columns_from.objects([[1, 2], {"a": [1.5, None]}, (None,)]),
}
INDEXES = {
    "range": pd.RangeIndex(5, 20, 5, name="i"),
    "text": pd.Index(["a", "b", "a"], name=("x", 1)),
    "objects": pd.Index(["a", 1, None], dtype=object),
    "floats": pd.Index([0.5, np.nan, 1]),
    "moments": pd.date_range("2020", periods=3, freq="D", tz="Europe/Berlin", name="day"),
    "category": pd.CategoricalIndex(["a", "b", "a"]),
    "levels": pd.MultiIndex.from_arrays([[1, 2, 3], ["a", "b", "c"]], names=["n", None]),
}


def again(value):
    arrays = []
    return decode(json.loads(json.dumps(encode(value, arrays))), arrays)


def same(left, right):
    pd.testing.assert_frame_equal(left, right, check_exact=True, check_column_type=True)
    for at in range(left.shape[1]):
        if left.dtypes.iloc[at] == "object":
            cells = zip(left.iloc[:, at], right.iloc[:, at], strict=True)
            assert all(type(one) is type(two) and repr(one) == repr(two) for one, two in cells)


@pytest.mark.parametrize("kind", COLUMNS)
def test_a_column_comes_back(kind):
    frame = pd.DataFrame({"x": COLUMNS[kind]})
    same(again(frame), frame)
    series = frame["x"].rename(None)
    pd.testing.assert_series_equal(again(series), series, check_exact=True)


@pytest.mark.parametrize("kind", INDEXES)
def test_an_index_comes_back(kind):
    index = INDEXES[kind]
    frame = pd.DataFrame({"x": [1, 2, 3]}, index=index)
    same(again(frame), frame)
    same(again(frame.T), frame.T)
    pd.testing.assert_index_equal(again(index), index, exact=True)


def test_columns_of_one_name_and_none_come_back():
    frame = pd.DataFrame([[1, "a"], [2, "b"]], columns=["x", "x"])
    same(again(frame), frame)
    for empty in (pd.DataFrame(), pd.DataFrame(index=[1, 2]), pd.DataFrame(columns=["a", 1])):
        same(again(empty), empty)


kinds = st.lists(st.sampled_from(sorted(COLUMNS)), max_size=6)
names = st.one_of(st.text(), st.integers(), st.tuples(st.text(), st.integers()), st.none())


@settings(deadline=None, max_examples=60)
@given(
    kinds.flatmap(
        lambda found: st.tuples(
            st.just(found),
            st.lists(names, min_size=len(found), max_size=len(found)),
            st.sampled_from(sorted(INDEXES)),
            st.lists(st.integers(0, 2), max_size=8),
        )
    )
)
def test_frames_of_any_columns_come_back(drawn):
    found, labels, index, rows = drawn
    frame = pd.DataFrame({at: COLUMNS[kind] for at, kind in enumerate(found)})
    frame.index = INDEXES[index] if found else INDEXES[index][:0]
    frame = frame.iloc[rows] if found else frame
    frame.columns = pd.Index(labels, dtype=object, tupleize_cols=False)
    same(again(frame), frame)


@pytest.mark.parametrize("form", ["csr", "csc", "coo", "bsr", "dia", "lil", "dok"])
@pytest.mark.parametrize("made", ["matrix", "array"])
def test_sparse_matrices_come_back(form, made):
    dense = np.array([[0, 1.5, 0, 0], [np.nan, 0, 0, -2]])
    value = getattr(sp, f"{form}_{made}")(dense)
    back = again(value)
    assert type(back) is type(value)
    assert back.dtype == value.dtype
    np.testing.assert_array_equal(back.toarray(), dense)


@pytest.mark.parametrize("form", ["csr", "csc", "coo"])
def test_a_side_without_scipy_gets_the_numbers(form, monkeypatch):
    dense = np.array([[0, 1.5, 0, 0], [3, 0, 0, -2]])
    value = getattr(sp, f"{form}_matrix")(dense)
    arrays = []
    tree = encode(value, arrays)
    monkeypatch.setitem(__import__("sys").modules, "scipy.sparse", None)
    back = decode(tree, arrays)
    assert type(back) is np.ndarray
    np.testing.assert_array_equal(back, dense)


def test_masked_arrays_keep_their_mask():
    value = np.ma.array([1.0, 2.0, 3.0], mask=[0, 1, 0], fill_value=-7)
    back = again(value)
    assert back.mask.tolist() == [False, True, False]
    assert back.data.tolist() == value.data.tolist()
    assert back.fill_value == -7


def test_without_pandas_the_columns_are_arrays(monkeypatch):
    kinds = ("int8", "Int64", "boolean", "string", "category", "float32", "mixed")
    frame = pd.DataFrame({kind: COLUMNS[kind] for kind in kinds})
    arrays = []
    tree = encode(frame, arrays)
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    table = decode(tree, arrays)
    assert isinstance(table, columns_from.Table)
    assert (len(table), table.names) == (3, list(kinds))
    held = dict(zip(table.names, table.columns, strict=True))
    assert held["int8"].dtype == np.int8
    assert held["Int64"].tolist() == [1, None, 2**62 + 1]  # a float would round it
    assert repr(held["boolean"].tolist()) == "[True, nan, False]"
    assert repr(held["string"].tolist()) == "['é', nan, '']"
    assert held["category"].tolist() == ["b", None, "a"]
    assert held["mixed"].tolist() == [1, "1", 1.0]


def test_a_zone_that_only_this_machine_knows_is_refused():
    tzlocal = pytest.importorskip("dateutil.tz").tzlocal()
    with pytest.raises(UnrecordableError):
        encode(dt.datetime(2020, 1, 1, tzinfo=tzlocal), [])
