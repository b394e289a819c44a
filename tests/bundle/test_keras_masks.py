"""A mask that a layer merges: Keras 3 joins it otherwise, and predicts something else."""

import json
from pathlib import Path

import numpy as np
import pytest

import loadstone
from loadstone.readers._keras_gone import without

FILES = Path(__file__).parents[1] / "files" / "keras_masks"
LAYERS = [
    {"class_name": "Embedding", "config": {"name": "e", "mask_zero": True}},
    {"class_name": "LSTM", "config": {"name": "l", "time_major": False}},
]


@pytest.mark.filterwarnings("ignore:Do not pass an `input_shape`:UserWarning")
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize(("name", "differs"), [("one", True), ("alone", False)])
def test_keras_3_predicts_otherwise_where_it_is_told(name, differs):
    keras = pytest.importorskip("keras")
    truth = json.loads((FILES / f"{name}.json").read_text("utf-8"))
    model = keras.models.load_model(FILES / f"{name}.h5", compile=False)
    found = model.predict(np.array(truth["rows"], "float32"), verbose=0)
    assert (np.abs(found - truth["predictions"]).max() > 1e-3) == differs
    report = loadstone.check(FILES / f"{name}.h5")
    assert ("LS609" in [item.check.code for item in report.found]) == differs


@pytest.mark.parametrize("kind", ["Add", "Concatenate", "Dot"])
def test_a_model_that_merges_masks_is_not_rewritten(kind):
    inner = {"class_name": "Sequential", "config": {"name": "s", "layers": [{
        "class_name": kind, "config": {"name": "m"}}]}}  # fmt: skip
    whole = {"class_name": "Sequential", "config": {"name": "w", "layers": LAYERS}}
    assert without(whole) is not None
    whole["config"]["layers"] = [*LAYERS, inner]
    assert without(whole) is None
