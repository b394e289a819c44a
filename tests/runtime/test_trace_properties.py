"""A record of what modules gave, followed on numbers that are generated."""

import hypothesis.strategies as st
import torch
from hypothesis import given, settings

from loadstone.runtime import trace

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
