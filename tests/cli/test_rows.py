from __future__ import annotations

import io
import json
import math

import numpy as np
import pytest

from loadstone.errors import UsageError
from loadstone.inputs import rows


def npy(array):
    file = io.BytesIO()
    np.save(file, array, allow_pickle=True)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.json", b'["x", "y"]', ["x", "y"]),
        ("a.json", b'[{"a": 1}]', [{"a": 1}]),
        ("a.jsonl", b'"x"\n\n"y"\n', ["x", "y"]),
        ("a.csv", b"a,b\r\n1,x\r\n2.5,y\r\n", [{"a": 1, "b": "x"}, {"a": 2.5, "b": "y"}]),
        ("a.json", b"[[0.1, 2], [3, 4]]", [[0.1, 2], [3, 4]]),
        ("a.jsonl", b"[1]\n[2, 3]", [[1], [2, 3]]),
        ("a.csv", b"a,b\n1,True\n,FALSE\n", [{"a": 1, "b": True}, {"a": None, "b": False}]),
        (
            "a.csv",
            b"a\n1e5\nx\nNA\n1_0\n",
            [{"a": "1e5"}, {"a": "x"}, {"a": math.nan}, {"a": "1_0"}],
        ),
        ("a.csv", b"a,b\n1_0,inf\n2,\n", [{"a": "1_0", "b": float("inf")}, {"a": "2", "b": None}]),
        ("a.csv", b"1,2\n,4.5\n", [[1, 2], [None, 4.5]]),
        ("a.csv", b"1,2\n3,4.5\n", [[1, 2], [3, 4.5]]),
        ("a.csv", b"text\na; b\nc\n", [{"text": "a; b"}, {"text": "c"}]),
        ("a.csv", "a,b\n1,é\n".encode("utf-16"), [{"a": 1, "b": "é"}]),
        ("a.json", b'{"a": 1, "b": null}', [{"a": 1, "b": None}]),
        ("a.txt", "\ufeffhéllo\n\nyou\n".encode(), ["héllo", "you"]),
    ],
)
def test_rows(tmp_path, name, data, expected):
    (tmp_path / name).write_bytes(data)
    assert rows.read(tmp_path / name) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"a,b\n1,x\n", [{"a": 1, "b": "x"}]),
        (b' [{"a": 1}]', [{"a": 1}]),
        (b'{"a": 1}\n', [{"a": 1}]),
        (b'{"a": 1}\n{"a": 2}\n', [{"a": 1}, {"a": 2}]),
        (b"[1, 2]\n[3, 4]\n", [[1, 2], [3, 4]]),
    ],
)
def test_standard_input(data, expected, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert rows.read("-") == expected


def test_arrays(tmp_path):
    (tmp_path / "a.npy").write_bytes(npy(np.zeros((2, 3), np.float16)))
    array = rows.read(tmp_path / "a.npy")
    assert (array.dtype.name, array.shape) == ("float16", (2, 3))


@pytest.mark.parametrize(
    ("given", "dtype"),
    [([[1.5, 2], [3, 4]], "float32"), ([[1, 2], [3, 4]], "int64"), ([1.0, 2], "float32")],
)
def test_a_batch_of_numbers_is_an_array(given, dtype):
    assert rows.batch(given).dtype.name == dtype


@pytest.mark.parametrize("given", [["a"], [{"a": 1}], [[1], [2, 3]], [["a"]]])
def test_other_batches_stay_as_they_are(given):
    assert rows.batch(given) is given


def test_inputs_by_name_as_json(tmp_path):
    (tmp_path / "a.json").write_text('{"a": [[1, 2], [3, 4]], "b": [5, 6]}')
    assert rows.read(tmp_path / "a.json") == [{"a": [1, 2], "b": 5}, {"a": [3, 4], "b": 6}]


def test_examples_by_name_as_json(tmp_path):
    (tmp_path / "a.json").write_text(
        '{"inputs": {"a": [[1], [2]], "b": [3, 4]}, "outputs": [5, 6]}'
    )
    assert rows.parts(tmp_path / "a.json") == ([{"a": [1], "b": 3}, {"a": [2], "b": 4}], [5, 6])


def test_arrays_by_name(tmp_path):
    np.savez(tmp_path / "a.npz", ids=np.arange(3), mask=np.ones(3))
    assert list(rows.read(tmp_path / "a.npz")) == ["ids", "mask"]


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.parquet", b"", "rows are read from .json"),
        ("a.json", b"{", "is not JSON"),
        ("a.json", b"[" * 100_000, "is not JSON"),
        ("a.json", b'{"a": [1], "b": {}}', "holds a JSON object; a list of rows is expected"),
        ("a.json", b'{"a": [1], "b": [1, 2]}', "holds a JSON object; a list of rows is expected"),
        ("a.json", b"[]", "holds no rows"),
        ("a.json", b'["a", {}]', "mixes rows: object, text"),
        ("a.json", b"[null]", "holds null rows"),
        ("a.json", b"\xff\x00", "is not UTF-8 text: byte 0"),
        ("a.jsonl", b'"a"\n{', "line 2: not JSON"),
        ("a.csv", b"a,b\n1\n", "row 2: 1 columns, and the first row has 2"),
        ("a.json", b"a,b\n1,2\n", "is not JSON.*it looks like a table: name it `.csv`"),
        ("a.csv", b"a;b\n1;2\n3;4\n", "is separated by semicolons"),
        ("a.csv", b"a;b\n1,5;2\n", "is separated by semicolons"),
        ("a.csv", b"a\tb\n1\t2\n", "is separated by tabs"),
        ("a.csv", b"a,a\n1,2\n", "a column's name stands twice"),
        ("a.csv", b"", "holds no rows"),
        ("a.npy", b"nonsense", "is not an array of numbers"),
        ("a.npy", npy(np.array([{}], object)), "is not an array of numbers"),
        ("a.npz", b"nonsense", "is not an archive of arrays"),
    ],
)
def test_what_is_no_rows(tmp_path, name, data, told):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(UsageError, match=told):
        rows.read(tmp_path / name)


@pytest.mark.parametrize("names", [("inputs", "output"), ("input", "outputs"), ("input", "output")])
def test_examples_under_misspelt_names(tmp_path, names):
    (tmp_path / "a.json").write_text(json.dumps({name: [[1]] for name in names}))
    with pytest.raises(UsageError, match="examples stand under `inputs`"):
        rows.parts(tmp_path / "a.json")


def test_two_columns_are_no_examples(tmp_path):
    for names in (("inputs", "mask"), ("left", "right"), ("a", "output")):
        (tmp_path / "a.json").write_text(json.dumps({name: [[1]] for name in names}))
        assert rows.parts(tmp_path / "a.json") is None
