"""Whole models of Keras 2 written as archives of Keras 3, proved beside their rebuilt original."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from world_pythons import python_of

import loadstone
from loadstone import bare_file, mending

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]
OWN = Path(__file__).parents[1] / "files/keras_own"


def close(found, wanted):
    if isinstance(wanted, dict):
        return found.keys() == wanted.keys() and all(close(found[k], wanted[k]) for k in wanted)
    return np.allclose(np.asarray(found), np.asarray(wanted), 1e-5, 1e-5)


def wrote(path, tmp_path, **settings):
    out = tmp_path / f"{path.name}.made.keras"
    report = mending.fix(path, out=out, **settings)
    assert report.wrote == (str(out),), [str(item.finding) for item in report.found]
    assert report.verdict.predicts_the_same in ("identical", "within tolerance")
    assert "rebuilt original" in report.verdict.predicts_because
    return out


@pytest.mark.parametrize("world", ["py39-tf28", "py310-tf210", "py311-tf215"])
def test_each_kind_predicts_in_keras_3_what_it_did(world, tmp_path):
    make = Path(__file__).with_name("make_keras_two.py")
    run = subprocess.run(
        [python_of(world), make, tmp_path], check=False, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    for name, case in json.loads((tmp_path / "cases.json").read_text()).items():
        rows = case["rows"]
        if isinstance(rows, dict):
            rows = {key: np.asarray(value, "float32") for key, value in rows.items()}
        for suffix in ("", ".h5", ".keras"):
            path = tmp_path / (name + suffix)
            if not path.exists() or (suffix == ".keras" and name not in ("computed", "averaged")):
                continue  # other archives are rewritten as they are (LS328)
            made = wrote(path, tmp_path)
            with bare_file.load(made, python=sys.executable) as predictor:
                assert close(predictor.predict(rows), case["predictions"]), path.name


@pytest.mark.parametrize("name", ["padded.h5", "padded.keras"])
def test_with_layers_and_functions_of_ones_own(name, tmp_path, monkeypatch):
    """Of this HDF5 the Keras 2.15 that wrote it says `Unknown activation function: 'function'`."""
    python_of("py311-tf215")  # skipped where environments are not to be built
    for file in (name, "padded.py"):
        shutil.copy(OWN / file, tmp_path)
    monkeypatch.chdir(tmp_path)
    wrote(tmp_path / name, tmp_path, code=["padded.py"])
    truth = json.loads((OWN / "padded.json").read_text())
    with loadstone.load(name, code=["padded.py"]) as predictor:
        assert predictor.predict(truth["rows"]).tolist() == truth["predictions"]
