"""Capture, reload in another Python, equal: kinds whose libraries are not here."""

import asking
import build
import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra import numpy as arrays

pytestmark = pytest.mark.slow
TEXTS = st.text(max_size=40) | st.lists(
    st.sampled_from(["a", "lovely", "Film", "day!", "☃", "ß", "  ", "b"]), max_size=9
).map(" ".join)
ROWS = arrays.arrays(np.float32, (3, 3), elements=st.floats(0, 1e6, width=32))
PICTURES = arrays.arrays(np.uint8, st.tuples(st.integers(20, 40), st.integers(20, 40), st.just(3)))
OF_TEXTS = "vectorized", "weighed", "counted", "letters", "own split", "looked up", "hashed"
OF_ROWS = "normalized", "cut", "pixels", "numbers"
TENSORFLOW = [
    ("py313-tf221", "py313-tf221"),
    ("py313-tf221", "py312-tf221"),
    ("py312-tf221", "py313-tf221"),
]


def python_of(name):
    if not (build.folder_of(name) / "whole").exists():
        pytest.skip(f"{name} is not built: python tests/worlds/build.py {name}")
    return str(build.python_of(name))


@pytest.fixture(scope="module", params=TENSORFLOW, ids="-".join)
def layers(request, tmp_path_factory):
    saves, loads = map(python_of, request.param)
    root = tmp_path_factory.mktemp("layers")
    how = {"saves": saves, "loads": loads, "KERAS_BACKEND": "tensorflow"}
    with asking.both("tensorflow_layers.py", root, **how) as both:
        yield both


@pytest.mark.parametrize("name", [*OF_TEXTS, "adapted"])
@given(text=TEXTS)
@asking.SETTINGS
def test_layers_of_texts(layers, name, text):
    asking.same(layers(name, text))


@pytest.mark.parametrize("name", OF_ROWS)
@given(rows=ROWS)
@asking.SETTINGS
def test_layers_of_rows(layers, name, rows):
    asking.same(layers(name, rows))


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    python = python_of("py311-torchvision")
    root = tmp_path_factory.mktemp("pictures")
    with asking.both("pictures.py", root, saves=python, loads=python) as both:
        yield both


@pytest.mark.parametrize(
    "name", ["classic", "functions", "second", "albumentations", "albumentations tensors"]
)
@given(picture=PICTURES)
@asking.SETTINGS
def test_transforms(pictures, name, picture):
    asking.same(pictures(name, picture))
