"""Columns cross to an older pandas and back; what it lacks becomes what it had."""

import sys
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[1] / "runtime"))
from test_columns import COLUMNS, INDEXES, same

pd = pytest.importorskip("pandas", minversion="3", reason="Python 3.10 has no pandas 3")

pytestmark = pytest.mark.slow
NEW = ["py313-newest", "py314-newest"]
OLD = ["py36-pandas", "py37-xgb090", "py38-sklearn0242", "py312-sklearn16"]
# everything that pandas 0.23 has by the same name
EVERYWHERE = (
    *("bool", "int8", "uint64", "float32", "float64", "complex", "moments", "spans", "zone", "utc"),
    *("category", "ordered", "mixed", "missing", "python", "more", "nested"),
)


def with_texts_of(found, wanted):
    """Return categories with their texts as pandas 3 holds them: before it they were objects."""
    return found.rename_categories(found.categories.astype(wanted.categories.dtype))


@pytest.mark.parametrize("echo", NEW, indirect=True)
def test_every_column_and_index_comes_back_from_the_newest(echo):
    for kind, values in COLUMNS.items():
        frame = pd.DataFrame({kind: values})
        same(echo(frame), frame)
    for index in INDEXES.values():
        frame = pd.DataFrame({"x": [1, 2, 3]}, index=index)
        same(echo(frame), frame)
        same(echo(frame.T), frame.T)


@pytest.mark.parametrize("echo", OLD, indirect=True)
@settings(
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
)
@given(
    kinds=st.lists(st.sampled_from(EVERYWHERE), min_size=1, max_size=6),
    rows=st.lists(st.integers(0, 2), max_size=8),
    index=st.sampled_from(["range", "objects", "floats", "category", "levels"]),
)
def test_what_old_pandas_has_comes_back(echo, kinds, rows, index):
    frame = pd.DataFrame({at: COLUMNS[kind] for at, kind in enumerate(kinds)})
    frame.index = INDEXES[index]
    frame = frame.iloc[rows]
    frame.columns = pd.Index([f"{kind} {at}" for at, kind in enumerate(kinds)], dtype=object)
    back = echo(frame)
    missing = {name for name in frame if name.startswith(("missing", "python", "more"))}
    kept = [name for name in frame if name not in missing]
    if index in ("objects", "levels"):  # texts of an index are objects there
        back.index = back.index.astype(frame.index.dtype) if index == "objects" else frame.index
    if index == "category":
        back.index = pd.Index(with_texts_of(back.index.array, frame.index.array))
    for name in kept:
        if frame[name].dtype == "category":
            back[name] = with_texts_of(back[name].array, frame[name].array)
    same(back[kept], frame[kept])
    for name in missing:
        assert list(map(repr, back[name])) == list(map(repr, frame[name]))


@pytest.mark.parametrize("echo", ["py36-pandas"], indirect=True)
def test_what_old_pandas_lacks_becomes_what_it_had(echo):
    back = echo(
        pd.DataFrame({kind: COLUMNS[kind] for kind in ("Int64", "boolean", "str", "UInt8")})
    )
    assert back["Int64"].tolist() == [1, None, 2**62 + 1]
    assert repr(back["boolean"].tolist()) == "[True, nan, False]"
    assert repr(back["str"].tolist()) == "['é', nan, '']"
    assert repr(back["UInt8"].tolist()) == "[1.0, nan, 255.0]"


@pytest.mark.parametrize("echo", ["py36-sklearn0192", *OLD], indirect=True)
def test_arrays_and_sparse_matrices_come_back(echo):
    dense = np.array([[0, 1.5, 0, 0], [np.nan, 0, 0, -2]])
    for form in ("csr", "csc", "coo", "bsr", "dia", "lil"):
        back = echo(getattr(sp, f"{form}_matrix")(dense))
        assert back.format == form
        np.testing.assert_array_equal(back.toarray(), dense)
    for value in ([None, 1, "é", 2**70, float("-inf")], {"a": (1, b"x")}, [{"x": None}]):
        assert echo(value) == value
    wide = np.random.default_rng(0).random((300, 20))
    assert (echo(wide) == wide).all()
    words = np.array(["a", None, 1.5], dtype=object)
    assert echo(words).tolist() == words.tolist()
