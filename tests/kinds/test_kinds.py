"""Capture, reload in another process, equal: kinds of libraries, on inputs that are generated."""

import functools
import os

import asking
import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis.extra import numpy as arrays

from loadstone.inputs.capture import capture
from loadstone.runtime import code

os.environ.setdefault("KERAS_BACKEND", "torch")
keras = pytest.importorskip("keras")
for library in ("transformers", "tokenizers", "sentencepiece", "tiktoken"):
    pytest.importorskip(library)
libraries = pytest.importorskip("libraries")

# of Keras with torch, which NumPy 2 asks for a copy
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")
TEXTS = st.text(max_size=40) | st.lists(
    st.sampled_from([*" ".join(libraries.SEEN).split(), "☃", "ß", "\u0301", "  ", "<|end|>"]),
    max_size=9,
).map(" ".join)
ROWS = arrays.arrays(np.float64, (3, 3), elements=st.floats(-1e6, 1e6, width=32))
ROW = st.tuples(
    st.floats(-1e6, 1e6) | st.none(),
    st.sampled_from(["x", "y", "z", "☃"]),
    st.dates(pd.Timestamp("1980-01-01").date(), pd.Timestamp("2080-01-01").date()),
)
FRAMES = st.lists(ROW, min_size=1, max_size=6).map(
    lambda rows: pd.DataFrame(
        {
            "a": np.array([row[0] for row in rows], float),
            "b": [row[1] for row in rows],
            "d": pd.to_datetime([row[2] for row in rows]),
        }
    )
)
PICTURES = arrays.arrays(np.uint8, st.tuples(st.integers(5, 20), st.integers(5, 20), st.just(3)))
SOUNDS = arrays.arrays(np.float32, st.integers(400, 900), elements=st.floats(-1, 1, width=32))


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    with asking.both("libraries.py", tmp_path_factory.mktemp("kinds")) as both:
        yield both


@pytest.mark.parametrize("name", [*libraries.of_tokenizers(), *libraries.of_texts()])
@given(text=TEXTS)
@asking.SETTINGS
def test_texts(ask, name, text):
    asking.same(ask(name, text))


@pytest.mark.parametrize("name", libraries.of_rows())
@given(rows=ROWS)
@asking.SETTINGS
def test_rows(ask, name, rows):
    asking.same(ask(name, rows))


@pytest.mark.parametrize("name", libraries.of_tables())
@given(frame=FRAMES)
@asking.SETTINGS
def test_frames(ask, name, frame):
    asking.same(ask(name, frame))


@pytest.mark.parametrize("name", libraries.of_pictures())
@given(picture=PICTURES)
@asking.SETTINGS
def test_pictures(ask, name, picture):
    asking.same(ask(name, picture))


@pytest.mark.parametrize("name", libraries.of_sounds())
@given(sound=SOUNDS)
@asking.SETTINGS
def test_sounds(ask, name, sound):
    asking.same(ask(name, sound))


def test_a_layer_of_ones_own_function_is_no_bytecode():
    double = keras.layers.Lambda(lambda rows: rows * 2.5)
    captured = capture({"prepare": functools.partial(libraries.applied, double)})
    assert not captured.problems
    assert b"rows * 2.5" in b"".join(captured.files.values())
    now = code.load(captured.files.__getitem__)["prepare"]
    rows = libraries.FITTED[:2]
    np.testing.assert_array_equal(now(rows), libraries.applied(double, rows))
    model = keras.Sequential([keras.layers.Input((3,)), double])
    (problem,) = capture({"prepare": functools.partial(libraries.applied, model)}).problems
    assert "keeps as bytecode" in problem.why
