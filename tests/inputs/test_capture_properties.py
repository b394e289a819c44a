"""Capture, reload, equal: on inputs that are generated, for preprocessing as users write it."""

import functools
import re
import string
import unicodedata

import hypothesis.strategies as st
import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings

from loadstone.inputs.capture import capture
from loadstone.runtime import code, trace

WORDS = {word: at for at, word in enumerate(["<unk>", "a", "lovely", "day", "ß", "é"])}
PATTERN = re.compile(r"[\w']+|[^\w\s]", re.UNICODE)
TABLE = np.arange(256, dtype=np.int64)[::-1].copy()
STOP = frozenset({"the", "a"})


def by_words(text, *, lower=True):
    """Return the numbers of the words."""
    text = unicodedata.normalize("NFKC", text)
    return [WORDS.get(word, 0) for word in PATTERN.findall(text.lower() if lower else text)]


def by_bytes(text):
    """Return bytes through a table of numpy."""
    return TABLE[np.frombuffer(text.encode("utf-8", "replace"), dtype=np.uint8)]


def hashed(text, *, size):
    """Return counts of hashed trigrams, without `hash()`."""
    found = np.zeros(size, dtype=np.float32)
    for at in range(len(text) - 2):
        found[sum(map(ord, text[at : at + 3])) % size] += 1
    return found


class Windows:
    """Callable with a state of its own."""

    def __init__(self, width, skip):
        self.width = width
        self.skip = skip

    def __call__(self, text):
        """Return windows of the words that are not skipped."""
        words = [word for word in text.split() if word not in self.skip]
        return [tuple(words[at : at + self.width]) for at in range(len(words))]


def scaled(mean, spread):
    """Return a closure over two arrays."""

    def scale(row):
        return (np.asarray(row, dtype=np.float64) - mean) / spread

    return scale


def reloaded(function):
    captured = capture({"preprocess": function})
    assert not captured.problems
    return code.load(lambda name: captured.files[name])["preprocess"]


TEXTS = st.text(max_size=60) | st.lists(
    st.sampled_from(["a", "lovely", "Day", "the", "ß", "É", "'s", "!", "\u2603"]), max_size=12
).map(" ".join)
KEPT = [
    by_words,
    functools.partial(by_words, lower=False),
    by_bytes,
    functools.partial(hashed, size=32),
    Windows(2, STOP),
    lambda text: [string.ascii_lowercase.find(letter) for letter in text],
]
LOADED = [reloaded(function) for function in KEPT]


@pytest.mark.parametrize("at", range(len(KEPT)))
@given(text=TEXTS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_texts_are_prepared_the_same(at, text):
    now, before = LOADED[at](text), KEPT[at](text)
    assert type(now) is type(before)
    np.testing.assert_array_equal(np.asarray(now, dtype=object), np.asarray(before, dtype=object))


MEAN, SPREAD = np.array([1.0, -2.0, 1e6]), np.array([0.5, 3.0, 1e-3])
SCALE = scaled(MEAN, SPREAD)
SCALED = reloaded(SCALE)


@given(row=st.lists(st.floats(), min_size=3, max_size=3))
@settings(deadline=None)
def test_rows_are_scaled_to_the_bit(row):
    with np.errstate(all="ignore"):
        now, before = SCALED(row), SCALE(row)
    assert now.tobytes() == before.tobytes()


VALUES = st.lists(st.floats(width=32, allow_nan=True), min_size=1, max_size=40)


@given(values=VALUES, at=st.integers(0, 39), by=st.floats(0.5, 1e6, width=32))
@settings(deadline=None)
def test_a_record_is_followed_to_the_first_difference(values, at, by):
    record = trace.Trace()
    tensor = torch.tensor(values)
    record.note("first", "out", tensor)
    record.note("second", "out", tensor)
    told = {"notes": record.notes, "cut": False}
    same = trace.Following(told, record.numbers)
    for path in ("first", "second"):
        same.note(path, "out", tensor.clone())
    same.finish()
    assert same.first is None
    other = tensor.clone()
    other[at % len(values)] += by
    if other.numpy().tobytes() == tensor.numpy().tobytes():  # inf, nan, or too large to feel it
        return
    changed = trace.Following(told, record.numbers)
    changed.note("first", "out", tensor)
    changed.note("second", "out", other)
    changed.finish()
    assert changed.first is not None
    assert changed.first.path == "second"
    assert changed.equal == ["first"]
