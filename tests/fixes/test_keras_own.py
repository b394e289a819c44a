"""A Keras 2 model with layers of one's own, brought to Keras 3 with their code."""

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

import loadstone
from loadstone import mending
from loadstone.cli import main
from loadstone.environment.wishes import Wishes

os.environ.setdefault("KERAS_BACKEND", "torch")  # TensorFlow is in the worlds only
pytest.importorskip("keras")
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
FILES = Path(__file__).parents[1] / "files/keras_own"
CODE = """
import keras


class Scale(keras.layers.Layer):
    def __init__(self, factor=2.0, **settings):
        super().__init__(**settings)
        self.factor = factor

    def build(self, shape):
        self.scale = self.add_weight(shape=(shape[-1],), name="scale")

    def call(self, x):
        return x * self.scale * self.factor

    def get_config(self):
        return {**super().get_config(), "factor": self.factor}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    for path in FILES.iterdir():
        shutil.copy(path, tmp_path)
    (tmp_path / "own.py").write_text(CODE)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", ["own.keras", "own.h5"])
def test_the_copy_is_loaded_with_the_code_and_predicts_what_keras_2_did(name, capsys):
    truth = json.loads(Path("own.json").read_text())
    report = loadstone.check(name, code=["own.py"])
    (found,) = [item for item in report.found if item.check.code == "LS328"]
    assert found.finding.fix.safety == "unsafe"
    assert report.verdict.loads == "no"
    assert main(["check", name, "--code", "own.py", "--fix"]) == 1
    fixed = name.replace(".", ".fixed.")
    assert not Path(fixed).exists()
    assert main(["check", name, "--code", "own.py", "--fix", "--unsafe-fixes"]) == 0
    assert "6 variables as the file has them" in capsys.readouterr().out
    with loadstone.load(fixed, code=["own.py"], env="current") as predictor:
        found = predictor.predict(np.asarray(truth["rows"], "float32"))
    assert np.allclose(found, truth["predictions"], 0, 1e-6)


def test_code_that_keeps_other_values_is_found_in_the_copy(capsys):
    other = CODE.replace('name="scale")', 'name="scale")\n        self.more = self.add_weight()')
    Path("own.py").write_text(other)
    way = ["check", "own.keras", "--code", "own.py", "--fix", "--unsafe-fixes"]
    assert main(way) == 1
    assert "LS611" in capsys.readouterr().out


def test_what_it_does_with_a_mask_is_not_known():
    (found,) = [i for i in loadstone.check("masked.keras").found if i.check.code == "LS328"]
    assert found.finding.fix.safety == "manual"


def test_masks_and_functions_of_ones_own_are_proved_by_the_outputs_expected(tmp_path):
    """Of HDF5 with such a function Keras 2.15 itself says `Unknown activation function`."""
    truth = json.loads(Path("padded.json").read_text())
    report = mending.fix(
        "padded.h5",
        code=["padded.py"],
        examples=(np.asarray(truth["rows"]), np.asarray(truth["predictions"], "float32")),
        out="made.keras",
        wishes=Wishes(wheelhouse=tmp_path, offline=True),
    )
    assert report.wrote == ("made.keras",)
    assert report.verdict.predicts_the_same in ("identical", "within tolerance")
    with loadstone.load("made.keras", code=["padded.py"], env="current") as predictor:
        found = predictor.predict(np.asarray(truth["rows"]))
    assert np.allclose(found, truth["predictions"], 0, 1e-6)
