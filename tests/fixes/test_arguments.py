"""Keras 2's HDF5 without arguments that Keras 3 does not have: no other byte changes."""

from __future__ import annotations

import copy
import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

import loadstone
from loadstone import readers
from loadstone.core import DropArguments
from loadstone.core.facts import Environment
from loadstone.engine import gather
from loadstone.fixes.restore import CannotRestoreError, restore
from loadstone.readers._keras_gone import gone, without

os.environ.setdefault("KERAS_BACKEND", "torch")  # TensorFlow is in the worlds only
FILES = Path(__file__).parents[1] / "files" / "keras_gone"
TRUTH = json.loads((FILES / "predictions.json").read_text("utf-8"))
NAMES = {"texts": "time_major", "mobile": "groups", "signal": "groups"}
LSTM = {"class_name": "LSTM", "config": {"name": "lstm", "units": 3, "time_major": False}}
DENSE = {"class_name": "Dense", "config": {"name": "dense", "units": 2, "activation": "relu"}}


def pruned(value, name):
    """Return the value without a key, wherever it stands in a layer that lost it."""
    made = copy.deepcopy(value)
    for layer in made["config"]["layers"]:
        if layer["class_name"] not in {"Conv1D", "Conv2D"}:
            layer["config"].pop(name, None)
    return made


@pytest.fixture
def keras_3(monkeypatch):
    real = gather.gather

    def gathered(path, asked):
        return real(path, asked) | {Environment: Environment("3.13.0", {"keras": "3.15.0"})}

    monkeypatch.setattr(gather, "gather", gathered)


@pytest.mark.parametrize("name", NAMES)
def test_only_the_configuration_changes(name, tmp_path, keras_3):
    path = tmp_path / f"{name}.h5"
    shutil.copy(FILES / path.name, path)
    report = loadstone.fix(path)
    assert [item.check.code for item in report.fixed] == ["LS328"]
    assert not [item for item in report.found if item.check.code == "LS328"]
    written = tmp_path / f"{name}.fixed.h5"
    assert report.wrote == (str(written),)
    before, after = path.read_bytes(), written.read_bytes()
    assert before == (FILES / path.name).read_bytes()
    text = TRUTH[name]["config"].encode()
    at = before.index(text)
    new = after[at : at + len(text)]
    assert after[:at] == before[:at]
    assert after[at + len(text) :] == before[at + len(text) :]
    assert json.loads(new) == pruned(json.loads(text), NAMES[name])
    assert json.loads(new) != json.loads(text)
    assert readers.read(written).state_dicts == readers.read(path).state_dicts


def test_what_predicts_otherwise_in_keras_3_gets_no_fix(tmp_path, keras_3):
    """`hard_sigmoid` is another function there."""
    shutil.copy(FILES / "hard.h5", tmp_path)
    report = loadstone.fix(tmp_path / "hard.h5")
    (found,) = [item for item in report.found if item.check.code == "LS328"]
    assert found.finding.fix.safety == "manual"
    assert [item.name for item in tmp_path.iterdir()] == ["hard.h5"]
    edit = DropArguments("out.h5", ("time_major",))
    with pytest.raises(CannotRestoreError, match="more than"):
        restore(tmp_path / "hard.h5", edit, tmp_path / "out.h5")
    assert [item.name for item in tmp_path.iterdir()] == ["hard.h5"]


def test_a_configuration_that_stands_twice_is_left_alone(tmp_path):
    path = tmp_path / "twice.h5"
    shutil.copy(FILES / "texts.h5", path)
    path.write_bytes(path.read_bytes() + TRUTH["texts"]["config"].encode())
    with pytest.raises(CannotRestoreError, match="once"):
        restore(path, DropArguments("out.h5", ("time_major",)), tmp_path / "out.h5")
    assert not (tmp_path / "out.h5").exists()


def of(*layers, **more):
    return {"class_name": "Sequential", "config": {"name": "s", "layers": list(layers), **more}}


def with_(layer, **config):
    return {**layer, "config": {**layer["config"], **config}}


def test_a_configuration_is_copied_without_them():
    value = of(LSTM, DENSE)
    before = copy.deepcopy(value)
    del before["config"]["layers"][0]["config"]["time_major"]
    assert without(value) == before
    assert gone(value) == ["time_major"]
    assert value == of(LSTM, DENSE)
    assert gone(before) == []
    assert without({"class_name": "Sequential", "config": [LSTM]})["config"] == [
        {"class_name": "LSTM", "config": {"name": "lstm", "units": 3}}
    ]


@pytest.mark.parametrize(
    "value",
    [
        of(with_(LSTM, time_major=True)),
        of(with_(LSTM, time_major=None)),
        of(LSTM, with_(DENSE, activation="mish")),
        of(LSTM, with_(DENSE, activation={"class_name": "relu"})),
        of(with_(LSTM, recurrent_activation="hard_sigmoid")),
        of(with_(LSTM, dtype={"class_name": "Policy", "config": {"name": "mixed_float16"}})),
        of(with_(LSTM, dtype="float16")),
        of(LSTM, {"class_name": "Mine", "config": {}}),
        of({"class_name": "Bidirectional", "config": {"layer": DENSE}}, LSTM),
        of(LSTM, of(with_(DENSE, activation="mish"))),
        of({"class_name": "DepthwiseConv2D", "config": {"groups": 2}}),
        of({"class_name": "LSTM", "config": None}),
        of({"class_name": ["LSTM"], "config": {}}),
        of("LSTM"),
        of(),
        {"class_name": "Functional", "config": {"layers": {}}},
        [],
        None,
    ],
)
def test_anything_else_is_declined(value):
    assert without(value) is None
    assert isinstance(gone(value), list)


INSIDE = json.loads((FILES / "inside.json").read_text("utf-8"))


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:Do not pass an `input_shape`:UserWarning")
@pytest.mark.parametrize("name", INSIDE)
def test_what_lies_inside_is_told_as_keras_3_takes_it(name, tmp_path, keras_3):
    """Keras 3 refuses the file, and predicts of the copy what Keras 2 did of the file."""
    keras = pytest.importorskip("keras")
    case, path = INSIDE[name], tmp_path / f"{name}.h5"
    shutil.copy(FILES / path.name, path)
    with pytest.raises((TypeError, ValueError)):
        keras.models.load_model(path, compile=False)
    report = loadstone.fix(path)
    assert [item.check.code for item in report.fixed] == ["LS328"]
    model = keras.models.load_model(tmp_path / f"{name}.fixed.h5", compile=False)
    found = model.predict(np.asarray(case["rows"], dtype="float32"), verbose=0)
    several = found if isinstance(found, list) else [found]
    assert len(several) == len(case["predictions"])
    for values, wanted in zip(several, case["predictions"], strict=True):
        assert np.allclose(values, wanted, 0, 1e-5)


def changed(name, change):
    """Return what is made of a configuration that was changed."""
    made = json.loads(INSIDE[name]["config"])
    layers = {item["class_name"]: item for item in made["config"]["layers"]}
    change(layers, made["config"])
    return without(made)


def test_calls_that_are_not_counted_from_1_get_no_fix():
    """A model that was called elsewhere too, or with arguments that may be tensors."""

    def elsewhere(_, config):
        config["output_layers"][1][1] = 4

    def argument(layers, _):
        layers["Add"]["inbound_nodes"][0][0][3]["mask"] = ["shared", 1, 0]

    assert changed("twice", lambda *_: None) is not None
    assert changed("twice", elsewhere) is None
    assert changed("twice", argument) is None


def test_what_was_not_tried_inside_gets_no_fix():
    def other(layers, _):
        layers["TimeDistributed"]["config"]["layer"]["class_name"] = "Conv3D"

    def backward(layers, _):
        layers["Bidirectional"]["config"]["backward_layer"] = {}

    assert changed("both", other) is None
    assert changed("both", backward) is None
