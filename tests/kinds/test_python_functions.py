"""Capture, reload in other Pythons too, equal: functions on inputs that are generated."""

import shutil
import sys
from pathlib import Path

import asking
import hypothesis.strategies as st
import pytest
import python_functions
from hypothesis import given

# of an alphabet that every Python here knows alike
LETTERS = st.characters(codec="latin-1") | st.sampled_from("\u2603\u0301ﬁǅ")
TEXTS = st.text(LETTERS, max_size=40) | st.lists(
    st.sampled_from(["a", "lovely", "Day", "the", "ß", "É", "'s", "!", "\u2603", "word7"]),
    max_size=12,
).map(" ".join)


def pythons():
    """Return this interpreter and an older and a newer one, where they are here."""
    found = [sys.executable]
    for minor in (9, 13):
        at = sorted(Path.home().glob(f".pyenv/versions/3.{minor}.*/bin/python"))
        other = str(at[-1]) if at else shutil.which(f"python3.{minor}")
        if other and "shims" not in other:
            found.append(other)
    return found


@pytest.fixture(scope="module", params=pythons(), ids=lambda path: Path(path).parts[-3])
def ask(request, tmp_path_factory):
    root = tmp_path_factory.mktemp("python")
    with asking.both("python_functions.py", root, loads=request.param) as both:
        yield both


@pytest.mark.parametrize("name", python_functions.TEXTS)
@given(text=TEXTS)
@asking.SETTINGS
def test_texts_are_prepared_the_same(ask, name, text):
    asking.same(ask(name, text))


@pytest.mark.parametrize("name", python_functions.ROWS)
@given(row=st.lists(st.floats(), min_size=3, max_size=3))
@asking.SETTINGS
def test_rows_are_prepared_the_same(ask, name, row):
    asking.same(ask(name, row))
