"""Archives and attention of Keras 2 as Keras 3 takes them, and groups of 2.13 as later ones do."""

from __future__ import annotations

import copy
import json
import os
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest

import loadstone
from loadstone import readers
from loadstone.core import DropArguments, RenameGroups
from loadstone.core.facts import Environment
from loadstone.engine import gather
from loadstone.fixes.restore import CannotRestoreError, restore
from loadstone.readers._keras_gone import gone, without
from loadstone.runtime.keras_layout import modern

os.environ.setdefault("KERAS_BACKEND", "torch")  # TensorFlow is in the worlds only
FILES = Path(__file__).parents[1] / "files" / "keras_archives"
pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Do not pass an `input_shape`:UserWarning"),
]


@pytest.fixture
def installed(monkeypatch):
    """Return what sets the libraries that are here."""
    real = gather.gather

    def put(**versions):
        held = {Environment: Environment("3.11.7", versions)}
        monkeypatch.setattr(gather, "gather", lambda path, asked: real(path, asked) | held)

    return put


def truth(name):
    held = json.loads((FILES / f"{name}.json").read_text("utf-8"))
    return np.array(held["rows"], "float32"), np.array(held["predictions"])


@pytest.mark.parametrize(
    "path",
    sorted([*FILES.glob("*.keras"), *FILES.glob("attention*.h5")]),
    ids=lambda path: path.name,
)
def test_keras_3_predicts_of_the_copy_what_keras_2_did_of_the_file(path, tmp_path, installed):
    keras = pytest.importorskip("keras")
    installed(keras="3.15.0")
    shutil.copy(path, tmp_path)
    with pytest.raises((TypeError, ValueError, AttributeError)):
        keras.models.load_model(path, compile=False)
    report = loadstone.fix(tmp_path / path.name)
    assert "LS328" in [item.check.code for item in report.fixed]
    assert not report.errors
    (written,) = report.wrote
    model = keras.models.load_model(written, compile=False)
    rows, expected = truth(path.stem)
    near = 2e-3 if path.name.startswith("halves") else 1e-6
    assert np.allclose(model.predict(rows, verbose=0), expected, atol=near)


@pytest.mark.parametrize("written_by", ["2.12", "2.13"])
def test_weights_get_the_groups_that_later_ones_look_for(written_by, tmp_path, installed):
    """Eleven layers of one shape: one in the place of another would predict something else."""
    keras = pytest.importorskip("keras")
    installed(keras="2.15.0", tensorflow="2.15.1")
    path = tmp_path / "chain.weights.h5"
    shutil.copy(FILES / f"chain-{written_by}.weights.h5", path)
    report = loadstone.fix(path)
    assert [item.check.code for item in report.fixed] == ["LS136"]
    (written,) = report.wrote
    assert Path(written).name == "chain.fixed.weights.h5"
    layers = [layer for _ in range(11) for layer in (keras.layers.Dense(4, "tanh"),)]
    model = keras.Sequential([keras.Input((4,)), *layers, keras.layers.BatchNormalization()])
    with pytest.raises(ValueError, match="could not be loaded"):
        model.load_weights(path)
    model.load_weights(written)
    rows, expected = truth(f"chain-{written_by}")
    assert np.allclose(model.predict(rows, verbose=0), expected, atol=1e-6)


def test_an_archive_of_2_13_is_laid_out_as_2_15_lays_it_out(tmp_path):
    for name in ("chain", "transfer", "texts", "attention"):
        out = tmp_path / f"{name}.keras"
        restore(FILES / f"{name}-2.13.keras", RenameGroups(out.name), out)
        made, meant = readers.read(out), readers.read(FILES / f"{name}-2.15.keras")
        assert made.detail["layout"] == meant.detail["layout"] == "numbered"
        for state, other in zip(made.state_dicts, meant.state_dicts, strict=True):
            assert set(state.tensors) == set(other.tensors)
        with zipfile.ZipFile(out) as new, zipfile.ZipFile(FILES / f"{name}-2.13.keras") as old:
            assert new.read("config.json") == old.read("config.json")


def test_numbers_follow_the_order_of_layers():
    old = "_layer_checkpoint_dependencies"
    paths = [f"{old}/dense_{at}/vars/0" for at in (2, 10, 4)] + [f"{old}/dense/vars/0"]
    made = modern([*paths, f"{old}/dropout_1", f"{old}/dropout", "optimizer/vars/0"])
    assert [made[path] for path in paths] == [
        "layers/dense_1/vars/0",
        "layers/dense_3/vars/0",
        "layers/dense_2/vars/0",
        "layers/dense/vars/0",
    ]
    assert made["optimizer/vars/0"] == "optimizer/vars/0"
    inner = f"{old}/sequential_2/{old}/dense"
    assert modern([inner, f"{old}/sequential"])[inner] == "layers/sequential_1/layers/dense"
    with pytest.raises(ValueError, match="there is no `dense`"):
        modern([f"{old}/dense_2/vars/0"])


def of(name):
    with zipfile.ZipFile(FILES / f"{name}-2.15.keras") as held:
        return json.loads(held.read("config.json"))


def layers_of(config):
    return {item["class_name"]: item for item in config["config"]["layers"]}


def trained(config):
    layers_of(config)["Dense"]["inbound_nodes"][0][0][3]["training"] = True


def masked(config):
    layers_of(config)["Dense"]["config"]["mask_zero"] = True


def several_axes(config):
    layers_of(config)["LayerNormalization"]["config"]["axis"] = [1, 2]


def by_name(config):
    layers_of(config)["Add"]["inbound_nodes"][0][0][3]["mask"] = ["dense", 0, 0]


def an_attention_mask(config):
    call = layers_of(config)["MultiHeadAttention"]["inbound_nodes"][0][0][3]
    call["attention_mask"] = ["dense", 0, 0]


def concatenated(config):
    layers_of(config)["Attention"]["config"]["score_mode"] = "concat"


def half(config):
    policy = {"class_name": "Policy", "config": {"name": "mixed_float16"}}
    layers_of(config)["MultiHeadAttention"]["config"]["dtype"] = policy


@pytest.mark.parametrize(
    "change", [trained, masked, several_axes, by_name, an_attention_mask, concatenated, half]
)
def test_what_was_not_tried_of_attention_is_declined(change):
    config = of("attention")
    before = copy.deepcopy(config)
    assert without(config, archived=True) is not None
    assert config == before
    change(config)
    assert without(config, archived=True) is None
    assert gone(config, archived=True)


def test_recurrent_layers_that_begin_with_states_are_declined():
    config = of("texts")
    node = layers_of(config)["RNN"]["inbound_nodes"][0]
    node.append(copy.deepcopy(node[0]))
    assert without(config, archived=True) is None


def test_a_model_inside_that_is_called_in_training_is_declined():
    config = of("transfer")
    assert without(config, archived=True) is not None
    config["config"]["layers"][1]["inbound_nodes"][0][0][3]["training"] = True
    assert without(config, archived=True) is None


@pytest.mark.parametrize("edit", [DropArguments, RenameGroups])
def test_an_archive_that_may_be_read_in_two_ways_is_left_alone(edit, tmp_path):
    path = tmp_path / "two.keras"
    shutil.copy(FILES / "halves-2.13.keras", path)
    with zipfile.ZipFile(path, "a") as held, pytest.warns(UserWarning, match="Duplicate name"):
        held.writestr("config.json", json.dumps(of("texts")))
    given = ("out.keras", ("x",)) if edit is DropArguments else ("out.keras",)
    with pytest.raises(CannotRestoreError):
        restore(path, edit(*given), tmp_path / "out.keras")
    assert not (tmp_path / "out.keras").exists()
