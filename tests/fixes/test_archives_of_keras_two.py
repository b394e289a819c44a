"""A whole model of Keras 2 written as the archive of Keras 3, and what is declined."""

import codecs
import json
import marshal
import os
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from loadstone import bare_file, mending
from loadstone.environment.wishes import Wishes
from loadstone.readers import _keras_ops

os.environ.setdefault("KERAS_BACKEND", "torch")  # TensorFlow is in the worlds only
pytest.importorskip("keras")
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
FILES = Path(__file__).parents[1] / "files/keras_ops"
CASES = json.loads((FILES / "cases.json").read_text())
WHOLE = ["functions.h5", "functions.keras", "channels.h5", "nested"]


@pytest.fixture(autouse=True)
def nothing_to_rebuild_with(tmp_path, monkeypatch):
    """No environment can be had, so that what proves is the outputs that are expected."""
    monkeypatch.setenv("LOADSTONE_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)


def arrays(value):
    if isinstance(value, dict):
        return {name: np.asarray(item, "float32") for name, item in value.items()}
    return np.asarray(value, "float32")


def given(name):
    case = CASES[name.partition(".")[0]]
    return arrays(case["inputs"]), arrays(case["outputs"])


def fix(name, examples=None, **options):
    wishes = Wishes(wheelhouse=Path.cwd(), offline=True)
    out = "made.keras"
    return mending.fix(FILES / name, examples=examples, out=out, wishes=wishes, **options)


def found(report):
    return next(item.finding for item in report.found if item.check.code == "LS335")


@pytest.mark.parametrize("name", WHOLE)
def test_it_predicts_in_keras_3_what_keras_2_did(name):
    report = fix(name, given(name))
    assert report.wrote == ("made.keras",)
    (fixed,) = report.fixed
    assert fixed.finding.fix.safety == "safe"
    assert report.verdict.predicts_the_same in ("identical", "within tolerance")
    inputs, outputs = given(name)
    with bare_file.load("made.keras", python=sys.executable) as predictor:
        now = predictor.predict(inputs)
    names = outputs if isinstance(outputs, dict) else [...]
    for key in names:
        wanted, told = (outputs, now) if key is ... else (outputs[key], now[key])
        assert np.allclose(told, wanted, 0, 1e-6)


def test_without_a_proof_it_is_written_where_that_is_asked_for():
    report = fix("functions.h5")
    assert not report.wrote
    assert "predictions are unproven" in found(report).notes[-1]
    report = fix("functions.h5", unsafe=True)
    assert report.wrote == ("made.keras",)
    assert report.verdict.predicts_the_same == "unproven"


def test_other_outputs_than_expected_write_nothing():
    inputs, outputs = given("functions.h5")
    report = fix("functions.h5", (inputs, outputs + np.float32(0.01)), unsafe=True)
    assert not report.wrote
    assert not Path("made.keras").exists()
    assert "6 of 6 rows moved" not in found(report).message
    assert "6 of 6 rows moved" in found(report).notes[0]


def test_a_function_that_was_not_tried_is_declined():
    report = fix("unknown.h5", given("unknown.h5"), unsafe=True)
    assert not report.wrote
    assert "not tried" in found(report).notes[0]


def test_variables_that_are_not_those_of_the_configuration_are_declined(tmp_path):
    h5py = pytest.importorskip("h5py")
    shutil.copy(FILES / "channels.h5", tmp_path / "cut.h5")
    with h5py.File("cut.h5", "r+") as file:
        name = next(key for key in file["model_weights"] if key.startswith("dense"))
        group = file["model_weights"][name]
        group.attrs["weight_names"] = group.attrs["weight_names"][:1]
    report = mending.fix(
        "cut.h5", out="made.keras", wishes=Wishes(wheelhouse=tmp_path, offline=True), unsafe=True
    )
    assert not report.wrote
    assert "do not fit" in found(report).notes[0]


def test_bytecode_in_the_configuration_does_not_run(tmp_path):
    h5py = pytest.importorskip("h5py")
    shutil.copy(FILES / "channels.h5", tmp_path / "code.h5")
    code = codecs.encode(marshal.dumps((lambda *_: Path("ran").touch()).__code__), "base64")
    held = {"value": [code.decode(), None, None]}
    with h5py.File("code.h5", "r+") as file:
        config = json.loads(file.attrs["model_config"])
        for item in config["config"]["layers"]:
            if item["class_name"] == "Dense":
                told = {"module": "builtins", "class_name": "__lambda__", "config": held}
                item["config"]["kernel_initializer"] = told
        file.attrs["model_config"] = json.dumps(config)
    report = mending.fix("code.h5", out="made.keras", wishes=Wishes(offline=True), unsafe=True)
    assert not report.wrote
    assert "LS703" in {item.check.code for item in report.found}
    assert not Path("ran").exists()


def layer(function, *node, kind="TFOpLambda"):
    config = {"name": "op", "function": function}
    return {"class_name": kind, "name": "op", "config": config, "inbound_nodes": [list(node)]}


X = ["x", 0, 0]


@pytest.mark.parametrize(
    "item",
    [
        layer("linalg.matmul", *X, {"b": ["y", 0, 0], "transpose_b": True}),
        layer("math.reduce_sum", *X, {"axis": ["y", 0, 0]}),
        layer("math.multiply", *X, {"y": "2"}),
        layer("math.multiply", *X, {"y": True}),
        layer("math.multiply", *X, {}),
        layer("math.exp", *X, {"surprise": 1}),
        layer("reshape", *X, {"shape": [["y", 0, 0], 2]}),
        layer("nn.bias_add", *X, {"bias": [1.0], "data_format": "NCHW"}),
        layer("clip_by_value", *X, {"clip_value_min": 0.0}),
        layer("concat", *X, {"axis": 1}),
        layer("math.abs", [*X, {}], [*X, {}]),
        layer(
            "__operators__.getitem", *X, {"slice_spec": [{"start": 3, "stop": None, "step": -1}]}
        ),
        layer("__operators__.getitem", *X, {"slice_spec": [["y", 0, 0]]}),
        layer("unheard.of", *X, {}),
        layer(None, *X, {}),
        layer("math.abs", "_CONSTANT_VALUE", -1, "text", {}),
    ],
)
def test_calls_that_are_not_known_are_declined(item):
    assert _keras_ops.operation(item) is None


def test_channels_are_turned_around_from_the_end():
    parts = [{"class_name": "__ellipsis__"}, {"start": None, "stop": None, "step": -1}]
    made = _keras_ops.operation(layer("__operators__.getitem", *X, {"slice_spec": parts}))
    assert made["class_name"] == "Flip"
    assert made["config"] == {"name": "op", "axis": -1}
