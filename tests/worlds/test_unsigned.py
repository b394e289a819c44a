"""SavedModels of TensorFlow 1 without a signature predict, or say why they are not asked."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
from world_pythons import python_of

import loadstone
from loadstone.errors import LoadError

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def there(tmp_path_factory):
    folder = tmp_path_factory.mktemp("unsigned")
    make = Path(__file__).with_name("save_unsigned.py")
    run = [python_of("py37-tf115"), make, folder]
    subprocess.run(run, check=True, capture_output=True, text=True)
    return folder, json.loads((folder / "truth.json").read_text())


@pytest.mark.parametrize("name", ["tagged", "several"])
def test_placeholders_are_fed(name, there):
    folder, truth = there
    with loadstone.load(folder / name) as predictor:
        found = predictor.predict(np.asarray(truth["rows"], "float32"))
    assert np.allclose(found, truth["predictions"][name], 0, 1e-6)


def test_the_rows_tell_which_signature_is_asked(there):
    folder, truth = there
    rows = np.asarray(truth["rows"], "float32")
    with loadstone.load(folder / "two_signatures") as predictor:
        found = predictor.predict(rows)
        doubled = predictor.predict(rows[:, :3])
    assert np.allclose(found, truth["predictions"]["two_signatures"], 0, 1e-6)
    assert doubled.tolist() == (rows[:, :3] * 2).tolist()


@pytest.mark.parametrize(
    ("name", "why"), [("trains", "and trains"), ("updates", "nothing is computed of")]
)
def test_what_would_train_is_not_asked(name, why, there):
    with pytest.raises(LoadError, match=why):
        loadstone.load(there[0] / name)
