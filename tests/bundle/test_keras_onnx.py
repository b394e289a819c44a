"""The ONNX form of a live Keras model: kept where it predicts the witnesses, else left out."""

import json
import subprocess
import sys
import zipfile

import numpy as np
import pytest
import torch

import loadstone
from loadstone import saving_onnx

keras = pytest.importorskip("keras")
onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")
pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.skipif(keras.backend.backend() != "torch", reason="another backend is here"),
]
ROWS = np.random.default_rng(0).normal(size=(5, 4)).astype("float32")
LOAD = """
import sys
for name in ("keras", "tensorflow", "torch", "jax"):
    sys.modules[name] = None  # none of them is here
import json
import loadstone, numpy
with loadstone.load(sys.argv[1], env="current") as predictor:
    told = [predictor.report.verdict.predicts_the_same, predictor.report.replay.form]
    found = predictor.predict(numpy.array(json.loads(sys.argv[2]), "float32"))
print(json.dumps([*told, [item.tolist() for item in found]]))
"""


def _model():
    keras.utils.set_random_seed(0)
    given = keras.Input((4,))
    held = keras.layers.Dense(6, "relu")(given)
    outputs = [keras.layers.Dense(2, name="p")(held), keras.layers.Dense(3, name="q")(held)]
    return keras.Model(given, outputs)


def _graph(model, *, by=1.0):
    """Return the graph that tf2onnx would write, its last layer's weights times `by`."""
    one, first, p, last_p, q, last_q = (np.asarray(item) for item in model.get_weights())
    held = {"one": one, "first": first, "p": p * np.float32(by), "lp": last_p, "q": q, "lq": last_q}
    make = onnx.helper.make_node
    nodes = [
        make("Gemm", ["x", "one", "first"], ["a"]),
        make("Relu", ["a"], ["b"]),
        make("Gemm", ["b", "p", "lp"], ["out_p"]),
        make("Gemm", ["b", "q", "lq"], ["out_q"]),
    ]
    value = onnx.helper.make_tensor_value_info
    number = onnx.TensorProto.FLOAT
    ends = [value("out_p", number, [None, 2]), value("out_q", number, [None, 3])]
    tensors = [onnx.numpy_helper.from_array(item, name) for name, item in held.items()]
    given = [value("x", number, [None, 4])]
    graph = onnx.helper.make_graph(nodes, "model", given, ends, tensors)
    opsets = [onnx.helper.make_opsetid("", 17)]
    return onnx.helper.make_model(graph, opset_imports=opsets, ir_version=8).SerializeToString()


def _manifest(path):
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read("loadstone.json"))


def _written(monkeypatch, model, **how):
    """Let the converter be one that is here; TensorFlow is in the worlds only."""

    def write(form, rows, **_):
        assert form.entry["kind"] == "keras"
        np.testing.assert_array_equal(rows, ROWS)
        return _graph(model, **how), {"program": ["p", "q"]}

    monkeypatch.setattr(saving_onnx, "write", write)


def test_the_graph_predicts_where_keras_is_not(tmp_path, monkeypatch):
    model = _model()
    _written(monkeypatch, model)
    path = tmp_path / "net.lode"
    loadstone.save(model, path, examples=ROWS)
    assert [form["kind"] for form in _manifest(path)["forms"]] == ["keras", "onnx"]
    line = [sys.executable, "-c", LOAD, str(path), json.dumps(ROWS[:2].tolist())]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    proved, form, found = json.loads(done.stdout)
    assert (proved in ("identical", "within tolerance"), form) == (True, "onnx")
    for one, other in zip(found, model.predict(ROWS[:2], verbose=0), strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-6)


def test_one_that_predicts_otherwise_is_not_kept(tmp_path, monkeypatch):
    model = _model()
    _written(monkeypatch, model, by=1.001)
    path = tmp_path / "net.lode"
    loadstone.save(model, path, examples=ROWS)
    told = _manifest(path)
    assert [form["kind"] for form in told["forms"]] == ["keras"]
    why = {item["kind"]: item["why"] for item in told["dropped"]}["onnx"]
    assert why == "it predicts otherwise: 5 of 5 witnesses differ"


def test_why_there_is_none_is_said(tmp_path):
    """Nothing is installed for it unasked."""
    path = tmp_path / "net.lode"
    loadstone.save(_model(), path, examples=ROWS)
    why = {item["kind"]: item["why"] for item in _manifest(path)["dropped"]}["onnx"]
    assert why == (
        '`tf2onnx` and TensorFlow are not both here; `forms` with "onnx" installs them apart'
    )
    other = tmp_path / "torch.lode"
    model = torch.nn.Linear(4, 2).eval()
    loadstone.save(model, other, examples=torch.from_numpy(ROWS), forms=["native", "onnx"])
    told = _manifest(other)
    assert [item["why"] for item in told["dropped"]] == [
        "a model of torch has its exported program instead"
    ]
