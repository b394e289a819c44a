"""What the examples held is recorded, and inputs far from it are told; the usual ones are not."""

from __future__ import annotations

import json
import math
import pickle
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

import loadstone
from loadstone.inputs.outside import sentence
from loadstone.inputs.ranges import Ranges, recorded

CITIES = ["Oslo", "Paris", "Rome"]


def _rows(count: int = 60) -> list[dict[str, object]]:
    return [
        {"age": 20 + at % 40, "city": CITIES[at % 3], "note": f"note {at}"} for at in range(count)
    ]


def _told(seen: object, batch: object) -> list[str]:
    passed = json.loads(json.dumps(recorded(seen)))  # as the manifest holds it
    return [sentence(item) for item in Ranges(passed).strays(batch)]


@pytest.mark.parametrize("form", ["records", "frame"])
def test_columns_are_compared_by_name(form: str) -> None:
    given_rows = [{"city": "Roma", "age": 2000, "note": "note 7"}, _rows()[0]]
    seen, batch = _rows(), given_rows
    if form == "frame":
        seen, batch = pd.DataFrame(_rows()), pd.DataFrame(given_rows)

    assert sorted(_told(seen, batch)) == [
        "`age`: `2,000` is far outside 20 to 59, the range of 60 examples (1 of 2 rows: row 1)",
        "`city`: `Roma` is not among the 3 values of 60 examples (1 of 2 rows: row 1)",
    ]


@pytest.mark.parametrize("missing", [None, math.nan, pd.NA])
def test_a_value_that_is_missing_now_is_told(missing: object) -> None:
    batch = [{**_rows()[0], "age": missing}]

    assert _told(_rows(), batch) == [
        "`age`: 1 of 1 row missing (row 1), and none was in 60 examples",
    ]
    assert _told([*_rows(), *batch], batch) == []


def test_pictures_of_255_levels_are_told_where_the_examples_had_0_to_1() -> None:
    rng = np.random.default_rng(0)
    seen = rng.random((4, 8, 8, 3), dtype=np.float32)

    (told,) = _told(seen, rng.integers(0, 256, (2, 8, 8, 3)))

    assert "the range of 768 values" in told
    assert _told(seen, rng.random((9, 8, 8, 3))) == []


_PLAIN = [[float(at), 1.0] for at in range(30)]
_ODD = [
    [[10**400, 1]] * 30,
    [[1.0, 2.0], None],
    [{"picture": np.zeros((3, 3)), "age": 1.0}] * 30,
    [{"picture": np.zeros((3, 3), int)}] * 30,
    [np.zeros(2), [1.0, 2.0]],
    np.zeros((30, 2), np.longdouble),
    scipy.sparse.csr_matrix(np.eye(30)),
    {"age": torch.arange(30), "parts": torch.zeros(30).to_sparse()},
    torch.zeros(30, 2).to_sparse(),
    torch.zeros(30, 2).to(torch.float8_e4m3fn),
    pd.DataFrame({"is": pd.array([True, None] * 15, dtype="boolean")}),
]


@pytest.mark.parametrize("batch", _ODD, ids=lambda batch: type(batch).__name__)
def test_what_has_no_ranges_stands_in_nobodys_way(batch: object) -> None:
    json.dumps(recorded(batch))
    _told(batch, batch)
    for item in Ranges(recorded(_PLAIN)).strays(batch):
        assert sentence(item)


def test_arrays_and_tensors_are_compared_by_column() -> None:
    seen = np.stack([np.linspace(0, 1, 30), np.linspace(100, 200, 30)], axis=1)

    assert _told(seen, np.array([[0.5, 150.0], [0.5, 900.0]])) == [
        "`1`: `900` is far outside 100 to 200, the range of 30 examples (1 of 2 rows: row 2)"
    ]
    assert _told(seen, np.array([[0.5, 700.0], [0.5, 900.0]])) == [
        "`1`: `700` and `900` are far outside 100 to 200, the range of 30 examples (2 of 2 rows)"
    ]
    assert _told(seen, torch.tensor([[0.5, 150.0]])) == []
    assert _told(seen.tolist(), [[0.5, 900.0]]) == _told(seen, np.array([[0.5, 900.0]]))
    assert _told(seen, np.array([[np.nan, 150.0]])) == [
        "`0`: 1 of 1 row missing (row 1), and none was in 30 examples"
    ]


def test_few_examples_say_nothing_of_values() -> None:
    assert _told(_rows(4), [{"age": 2000, "city": "Roma", "note": "x" * 999}]) == []
    assert _told([[1.0], [2.0]], [[50.0]]) == []


def test_long_texts_are_told() -> None:
    (told,) = _told([f"text number {at}" for at in range(30)], ["x" * 500, "short"])

    assert told == (
        "the inputs: `500` characters are far outside 13 to 14, the lengths of 30 examples "
        "(1 of 2 rows: row 1)"
    )


def test_strange_batches_are_left_alone() -> None:
    frame = pd.DataFrame([[1, 2], [3, 4]], columns=["a", "a"])
    for batch in (frame, [], [None], [{}], [[1], [1, 2]], [object()], {"a": [1]}, np.array(["x"])):
        assert Ranges(recorded(batch)).strays(batch) == ()


_CELL = st.one_of(
    st.none(), st.floats(), st.integers(-9, 9), st.sampled_from(["a", "b", ""]), st.booleans()
)


@given(st.lists(st.fixed_dictionaries({"x": _CELL, "y": _CELL}), max_size=40))
def test_the_examples_themselves_are_never_told(rows: list[dict[str, object]]) -> None:
    assert _told(rows, rows) == []
    assert _told(rows, rows[:1]) == []


class _Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(2, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.fc(x)


def test_a_bundle_warns_or_refuses_or_is_silent(tmp_path: Path) -> None:
    seen = np.stack([np.linspace(0, 1, 90), np.linspace(5, 9, 90)], axis=1).astype("float32")
    loadstone.save(_Net(), tmp_path / "net.lode", examples=seen)
    far = np.array([[0.5, 7000.0]], dtype="float32")

    predictor = loadstone.load(tmp_path / "net.lode")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        predictor.predict(seen)  # 26 of them are no witnesses, and were seen
    assert predictor.coverage.strays == ()
    with pytest.warns(UserWarning, match="`7,000` is far outside 5 to 9, the range of 90 examples"):
        predictor.predict(far)
    assert [item.name for item in predictor.coverage.strays] == ["1"]
    with pytest.raises(ValueError, match="far outside"):
        loadstone.load(tmp_path / "net.lode", on_unknown="error").predict(far)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        loadstone.load(tmp_path / "net.lode", on_unknown="ignore").predict(far)


def test_the_command_tells_of_a_kept_pickle(tmp_path: Path) -> None:
    sklearn = pytest.importorskip("sklearn.linear_model")
    frame = pd.DataFrame({"age": range(20, 70), "income": np.linspace(1e3, 9e3, 50)})
    model = sklearn.LinearRegression().fit(frame, frame.age * 2)
    (tmp_path / "m.pkl").write_bytes(pickle.dumps(model))
    frame.to_csv(tmp_path / "seen.csv", index=False)
    (tmp_path / "far.json").write_text('[{"age": 30, "income": 4e6}, {"age": 31, "income": 5e3}]')

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-m", "loadstone", *words]
        return subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, check=False)

    saved = run("save", "m.pkl", "--examples", "seen.csv", "-o", "m.lode")
    assert saved.returncode == 0, saved.stderr
    found = run("predict", "m.lode", "-i", "far.json")
    assert found.returncode == 0, found.stderr
    assert "`income`: `4e+06` is far outside 1,000 to 9,000" in found.stderr
    refused = run("predict", "m.lode", "-i", "far.json", "--on-unknown", "error")
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert "far outside" not in run("predict", "m.lode", "-i", "seen.csv").stderr
    checked = run("check", "m.lode", "-i", "far.json", "--output-format", "json")
    (finding,) = json.loads(checked.stdout)["findings"]
    assert finding["code"] == "LS503"
    assert checked.returncode == 0  # a warning


def test_rows_are_named() -> None:
    seen = [{"age": 20.0 + at, "city": ["Rome", "Oslo"][at % 2]} for at in range(40)]
    batch = [{"age": 30.5, "city": "Rome"} for _ in range(9)]
    for at, (name, value) in {2: ("age", 900.0), 6: ("age", 800.0), 8: ("city", "Roma")}.items():
        batch[at] = {**batch[at], name: value}
    ages, city = _told(seen, batch)
    assert ages.endswith("far outside 20 to 59, the range of 40 examples (2 of 9 rows: 3 and 7)")
    assert city == "`city`: `Roma` is not among the 2 values of 40 examples (1 of 9 rows: row 9)"
    for at in range(4):
        batch[at] = {**batch[at], "age": 900.0}
    assert "(5 of 9 rows: 1, 2, 3 …)" in _told(seen, batch)[0]
