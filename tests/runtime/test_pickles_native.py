"""An index that only its library's C++ reads is not known, and not said to run other code."""

import pytest
from tests.runtime.test_pickles_gadgets import RIDGE, glob, text

from loadstone import readers
from loadstone.render.inspect import render
from loadstone.render.view import View
from loadstone.runtime import audited, pickles

DATA = b"B\x04\0\0\0IxF2"
FAISS = "the C++ of faiss parses the index inside"


def index(module, name, key, held):
    return b"\x80\4" + glob(module, name) + b")\x81}" + text(key) + held + b"sb."


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (index("faiss.swigfaiss_avx2", "IndexFlatL2", "this", DATA), FAISS),
        (index("faiss.swigfaiss", "IndexIDMap2", "this", DATA), FAISS),
        (index("hnswlib", "Index", "dim", b"K\x08"), FAISS.replace("faiss", "hnswlib")),
    ],
)
def test_an_index_is_not_known(data, told):
    stream = pickles.read(data)
    assert audited.verdict(stream) == ("unknown", [])
    assert [(item.kind, item.text) for item in stream.disagreements] == [("native", told)]


@pytest.mark.parametrize(
    "data",
    [
        index("faiss.swigfaiss", "IndexFlatL2", "this", RIDGE),
        index("faiss.swigfaiss", "IndexIVFFlat", "this", b"B\x08\0\0\0IwFlilod"),
        index("faiss.swigfaiss", "IndexIVFFlat", "this", b"B\0\1\0\0" + bytes(252) + b"ilod"),
        index("faiss.swigfaiss", "read_index", "this", DATA),
        index("faiss", "IndexFlatL2", "this", DATA),
        b"\x80\4" + glob("hnswlib", "Index") + text("l2") + b"K\x08\x86R.",
    ],
)
def test_what_else_stands_there_is_told(data):
    assert audited.verdict(pickles.read(data))[0] == "yes"


def test_it_is_said_in_these_words(tmp_path):
    path = tmp_path / "index.pkl"
    path.write_bytes(index("faiss.swigfaiss", "IndexFlatL2", "this", DATA))
    shown = render([readers.read(path)], View())
    assert "unknown: compiled code of a library parses what it holds" in shown
    assert f"not followed    {FAISS}" in shown
