"""The signature of a bundle: enforced where it predicts, told by `check`, changed by its user."""

import json
import re
import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

import loadstone
from loadstone import UsageError

CITIES = {"Rome": 0.0, "Oslo": 1.0, "Paris": 2.0}
FRAME = pd.DataFrame(
    {
        "area": np.linspace(40, 160, 30),
        "rooms": [1 + at % 5 for at in range(30)],
        "zip": [f"{at % 7:05}" for at in range(30)],
        "city": [list(CITIES)[at % 3] for at in range(30)],
    }
)


def prepared(frame):
    """Take the columns by their places, as much code does."""
    cells = frame.to_numpy(dtype=object).copy()
    cells[:, 2] = [float(code[-1]) for code in cells[:, 2]]
    cells[:, 3] = [CITIES[city] for city in cells[:, 3]]
    return torch.tensor(cells.astype("float32"))


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    place = tmp_path_factory.mktemp("signature") / "price.lode"
    torch.manual_seed(0)
    net = nn.Linear(4, 1).eval()
    loadstone.save(net, place, preprocess=prepared, examples=FRAME, forms=["native"])
    return place


def command(*words, cwd):
    line = [sys.executable, "-m", "loadstone", *map(str, words)]
    return subprocess.run(line, cwd=cwd, capture_output=True, text=True, check=False)


def test_columns_in_another_order_predict_the_same(bundle):
    predictor = loadstone.load(bundle)
    turned = FRAME[["city", "zip", "rooms", "area"]].assign(id=range(30))
    np.testing.assert_array_equal(predictor.predict(turned), predictor.predict(FRAME))
    assert predictor.notes == ["the model was not saved with `id`, which is left out"]
    rows = turned.head(3).to_dict("records")
    np.testing.assert_array_equal(predictor.predict(rows), predictor.predict(FRAME.head(3)))
    with pytest.raises(UsageError, match=r"`city`; float64 2×2 was given"):
        predictor.predict(np.ones((2, 2)))


def test_a_row_that_raises_is_named_with_what_the_model_was_fed(bundle, tmp_path):
    with pytest.raises(UsageError, match=r"row 2 of 2, .*KeyError: 'Bern'"):
        loadstone.load(bundle).predict(FRAME.head(2).assign(city=["Rome", "Bern"]))
    net = nn.Linear(2, 1).eval()
    pairs = [[1.0, 2.0], [3.0, 4.0]]
    loadstone.save(net, tmp_path / "n.lode", preprocess=torch.tensor, examples=pairs)
    with pytest.raises(UsageError, match=r"the model was fed float32 N×3, and float32 N×2 at save"):
        loadstone.load(tmp_path / "n.lode").predict([[1.0, 2.0, 3.0]])


def test_a_table_is_read_as_the_signature_has_it(bundle, tmp_path):
    FRAME.to_csv(tmp_path / "rows.csv", index=False)  # whose codes all look like numbers
    FRAME.rename(columns={"rooms": "Room"}).to_csv(tmp_path / "odd.csv", index=False)
    found = command("predict", bundle, "-i", "rows.csv", "--output-format", "json", cwd=tmp_path)
    assert found.returncode == 0, found.stderr
    np.testing.assert_allclose(
        json.loads(found.stdout)["predictions"], loadstone.load(bundle).predict(FRAME), rtol=1e-6
    )
    odd = command("predict", bundle, "-i", "odd.csv", cwd=tmp_path)
    assert odd.returncode == 2
    assert "column `rooms` is missing; the model was saved with it; nearest: `Room`" in odd.stderr
    assert re.search(r"rooms int64 +— \(nearest: Room int64\)", odd.stderr)
    checked = command("check", bundle, "-i", "odd.csv", "--output-format", "json", cwd=tmp_path)
    assert checked.returncode == 1
    assert [item["code"] for item in json.loads(checked.stdout)["findings"]] == ["LS512"]
    right = command("check", bundle, "-i", "rows.csv", "--output-format", "json", cwd=tmp_path)
    assert json.loads(right.stdout)["findings"] == []


def test_a_signature_is_changed_at_save_and_at_load(bundle, tmp_path):
    gone = FRAME.head(4).assign(area=[np.nan, 1.0, 2.0, 3.0])
    with pytest.warns(UserWarning, match=r"`area`: 1 of 4 rows missing \(row 1\)"):
        loadstone.load(bundle).predict(gone)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        loadstone.load(bundle, signature={"area": {"missing": True}}).predict(gone)
    with pytest.raises(UsageError, match="`area` is missing in row 1, and the signature allows no"):
        loadstone.load(bundle, signature={"area": {"missing": False}}).predict(gone)
    with pytest.raises(UsageError, match="there is no input `erea`"):
        loadstone.load(bundle, signature={"erea": "float64"})

    place = tmp_path / "ints.lode"
    whole = np.arange(12).reshape(4, 3)
    loadstone.save(nn.Linear(3, 1), place, examples=whole, signature={"inputs": "float32"})
    assert loadstone.load(place).predict([[0.5, 1.5, 2.5]]).shape == (1, 1)
    with pytest.raises(UsageError, match=r"hold `0\.5`"):
        loadstone.save(
            nn.Linear(3, 1), tmp_path / "no", examples=whole + 0.5, signature={"inputs": "int64"}
        )
    assert not (tmp_path / "no").exists()


def test_pictures_are_told_by_the_command(tmp_path):
    rng = np.random.default_rng(0)
    seen = (rng.random((32, 3, 16, 16)) * [[[[0.8]], [[0.5]], [[0.2]]]]).astype("float32")
    net = nn.Sequential(nn.Conv2d(3, 2, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten()).eval()
    loadstone.save(net, tmp_path / "net.lode", examples=torch.tensor(seen), forms=["native"])
    cases = {"LS514": seen.transpose(0, 2, 3, 1), "LS515": seen * 255, "LS516": seen[:, ::-1]}
    for code, batch in cases.items():
        np.save(tmp_path / "now.npy", batch)
        done = command(
            "check", "net.lode", "-i", "now.npy", "--output-format", "json", cwd=tmp_path
        )
        assert [item["code"] for item in json.loads(done.stdout)["findings"]] == [code]
