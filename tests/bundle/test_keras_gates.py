"""Weights of recurrent layers whose gates were another function, as old Keras wrote them."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

import loadstone
from loadstone.cli import main
from loadstone.errors import LoadError

keras = pytest.importorskip("keras")
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
FILES = Path(__file__).parents[1] / "files" / "keras_gates"
CODE = """
import keras

L = keras.layers


def clip(x):
    return keras.ops.clip(0.2 * x + 0.5, 0.0, 1.0)


def recurrent(gates="sigmoid", clipped=False, reset_after=False):
    gates = clip if clipped else gates
    entered = keras.Input((4, 2))
    read = L.LSTM(3, return_sequences=True, name="read", recurrent_activation=gates)(entered)
    given = {"reset_after": reset_after, "recurrent_activation": gates}
    kept = L.GRU(3, name="kept", **given)(read)
    return keras.Model(entered, L.Dense(2, name="out")(kept))


def frames(clipped=False):
    entered = keras.Input((3, 4, 4, 1))
    gates = {"recurrent_activation": clip} if clipped else {}
    seen = L.ConvLSTM2D(2, 3, padding="same", name="seen", **gates)(entered)
    return keras.Model(entered, L.Dense(1, name="out")(L.Flatten(name="flat")(seen)))


def told(clipped=False):
    entered = keras.Input((2,))
    gate = L.Dense(3, activation=clip if clipped else "hard_sigmoid", name="gate")(entered)
    return keras.Model(entered, L.Dense(2, name="out")(gate))
"""
CASES = {
    "keras-2.2.4": ("recurrent", "LS416"),
    "tf-1.15.0": ("recurrent", "LS416"),
    "frames-2.15.1": ("frames", "LS416"),
    "told-2.15.1": ("told", "LS613"),
}


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    (tmp_path / "net.py").write_text(CODE, "utf-8")
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    sys.modules.pop("net", None)


def truth(name):
    held = json.loads((FILES / f"{name}.json").read_text("utf-8"))
    return np.array(held["rows"], "float32"), np.array(held["predictions"])


@pytest.mark.parametrize("name", CASES)
def test_gates_of_another_keras_are_an_error_and_those_they_were_predict_the_same(name):
    build, code = CASES[name]
    path = FILES / f"{name}.h5"
    assert [item.check.code for item in loadstone.check(path, into=f"net:{build}").errors] == [code]
    with pytest.raises(LoadError, match=r"2\.(2\.4|15)"):
        loadstone.load(path, into=f"net:{build}")
    rows, expected = truth(name)
    with loadstone.load(path, into=f"net:{build}(clipped=True)") as model:
        assert np.allclose(model.predict(rows), expected, atol=1e-6)


@pytest.mark.parametrize("name", CASES)
def test_the_function_of_today_would_have_predicted_something_else(name):
    build, code = CASES[name]
    rows, expected = truth(name)
    accepted = {code: "to see what it would predict"}
    with loadstone.load(FILES / f"{name}.h5", into=f"net:{build}", accept=accepted) as model:
        assert np.abs(model.predict(rows) - expected).max() > 1e-3


def test_hard_sigmoid_of_keras_3_is_told_to_be_another_one():
    report = loadstone.check(FILES / "keras-2.2.4.h5", into='net:recurrent("hard_sigmoid")')
    assert [item.check.code for item in report.errors] == ["LS613"]


@pytest.mark.filterwarnings("ignore:Compiling the loaded model:UserWarning")
def test_examples_with_outputs_decide_that_it_was_sigmoid(tmp_path):
    path = FILES / "keras-2.2.4.h5"
    rows, expected = truth("keras-2.2.4")
    into, accepted = "net:recurrent", {"LS416": "to see"}
    with loadstone.load(path, into=into, accept=accepted) as model:
        today = model.predict(rows)
    assert not loadstone.check(path, into=into, examples=(rows, today)).errors
    wrong = loadstone.check(path, into=into, examples=(rows, expected)).errors
    assert "LS416" in [item.check.code for item in wrong]


def test_the_command_takes_the_reason(tmp_path, capsys):
    rows, _ = truth("keras-2.2.4")
    (tmp_path / "rows.json").write_text(json.dumps(rows.tolist()), "utf-8")
    asked = ["predict", str(FILES / "keras-2.2.4.h5"), "--into", "net:recurrent", "-i", "rows.json"]
    assert main(asked) == 1
    assert "LS416" in capsys.readouterr().err
    assert main([*asked, "--accept", "LS416=it was told to be sigmoid"]) == 0
    out = ["-o", "out.lode", "--examples", "rows.json"]
    save = ["save", *asked[1:4], *out]
    assert main(save) == 1
    assert not Path("out.lode").exists()
    assert main([*save, "--accept", "LS416=it was told to be sigmoid"]) == 0


def test_an_architecture_tells_its_gates(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    import net

    (tmp_path / "model.json").write_text(net.recurrent().to_json(), "utf-8")
    assert not loadstone.check(FILES / "keras-2.2.4.h5", into="model.json").errors


def test_a_gru_of_one_bias_is_told():
    report = loadstone.check(FILES / "keras-2.2.4.h5", into="net:recurrent(reset_after=True)")
    (found,) = report.errors
    assert found.check.code == "LS414"
    assert "reset_after=False" in found.finding.notes[0]
