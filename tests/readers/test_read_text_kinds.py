"""Texts given as a model are named by what they are, and an error body is named as none of them."""

import base64
import json
import pickle
import time

import pytest
from reader_truth import read

KINDS = {
    "Python source": b"import os\n\n\ndef main():\n    return os.getcwd()\n",
    "a list of requirements": b"# here\ntorch==2.3.1\nnumpy<2\nscipy\n-e .\n",
    "a table of values": b"a,b,c\n1,2,3\n4,5,6\n",
    "the `repr` of bytes": repr(pickle.dumps(list(range(40)), 4)).encode(),
    "base64 text of a pickle": base64.encodebytes(pickle.dumps(list(range(80)), 4)),
    "base64 text of a ZIP archive": base64.b64encode(b"PK\x03\x04" + bytes(range(200))),
    "a Jupyter notebook": json.dumps({"cells": [], "nbformat": 4, "metadata": {}}).encode(),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_is_named(tmp_path, kind):
    path = tmp_path / "model.pt"
    path.write_bytes(KINDS[kind])
    assert read(path).detail["kind"] == kind


@pytest.mark.parametrize(
    "body",
    [
        b"Entry not found\n",
        b"not found",
        b"Access to model meta-llama/Llama-2-7b is restricted, please log in.\n",
        b"import failed: no such file\n",
        b"class action notice\nfrom the editor\n",
        b"<Error>AccessDenied</Error>",
        b'{"error": "Repository not found"}',
        b"A" * 400,
        b"b'",
    ],
)
def test_an_error_body_is_no_such_text(tmp_path, body):
    path = tmp_path / "model.pt"
    path.write_bytes(body)
    assert "kind" not in read(path).detail


def test_a_line_that_is_cut_does_not_decide(tmp_path):
    path = tmp_path / "model.csv"
    path.write_bytes(b"a,b,c\n" + b"1,2,3\n" * 200_000)
    assert read(path).detail["kind"] == "a table of values"


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [("model.pt", KINDS["Python source"], "LS012"), ("model.pt", b"Entry not found\n", "LS003")],
)
def test_one_finding_names_it(tmp_path, name, body, code):
    import loadstone

    path = tmp_path / name
    path.write_bytes(body)
    assert [item.check.code for item in loadstone.check(path).found] == [code]


@pytest.mark.parametrize(
    "line", [b"a==" + b" " * 4000 + b"(", b"from a import b" + b" " * 4000 + b"!"]
)
def test_a_hostile_line_takes_no_time(tmp_path, line):
    path = tmp_path / "model.pt"
    path.write_bytes(line)
    start = time.process_time()
    assert "kind" not in read(path).detail
    assert time.process_time() - start < 2
