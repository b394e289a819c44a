"""What stands for a program of TensorFlow in ONNX; `tests/worlds` converts real ones."""

import numpy as np
import pytest

from loadstone.engine.portable import mixed
from loadstone.runtime.onnx_model import OnnxModel
from loadstone.runtime.onnx_program import _name_inputs
from loadstone.runtime.portable import UnportableError
from loadstone.runtime.ports import Port
from loadstone.runtime.rows import MisfitError

onnx = pytest.importorskip("onnx")
from onnx import TensorProto, helper  # noqa: E402

TABLE = np.arange(12, dtype=np.float32).reshape(6, 2)


def lookup(given="loadstone_0:0"):
    """Return a graph that looks ids up in a table, and one that adds one to what it found."""
    nodes = [
        helper.make_node("Gather", ["table", given], ["found"]),
        helper.make_node("Add", ["found", "one"], ["more"]),
    ]
    initial = [
        helper.make_tensor("table", TensorProto.FLOAT, TABLE.shape, TABLE.reshape(-1)),
        helper.make_tensor("one", TensorProto.FLOAT, [1], [1.0]),
    ]
    graph = helper.make_graph(
        nodes,
        "lookup",
        [helper.make_tensor_value_info(given, TensorProto.INT64, [None])],
        [helper.make_tensor_value_info(n, TensorProto.FLOAT, [None, 2]) for n in ("found", "more")],
        initial,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8)


@pytest.fixture
def opened(tmp_path):
    made = lookup()
    _name_inputs(made.graph, [Port("tokens", "int64", [None])])
    onnx.checker.check_model(made)
    (tmp_path / "model.onnx").write_bytes(made.SerializeToString())
    told = {"program": ["a", "b"]}
    return OnnxModel(str(tmp_path / "model.onnx"), None, external=False, exported=told)


def test_inputs_have_the_names_of_rows_and_outputs_theirs(opened):
    found = opened.predict([{"tokens": 1}, {"tokens": 5}], probabilities=False)["predictions"]
    assert found["a"].tolist() == [[2.0, 3.0], [10.0, 11.0]]
    assert found["b"].tolist() == [[3.0, 4.0], [11.0, 12.0]]
    alone = opened.predict(np.array([0]), probabilities=True)["predictions"]
    assert alone["a"].tolist() == [[0.0, 1.0]]


def test_an_index_below_0_is_refused_as_tensorflow_refuses_it(opened):
    with pytest.raises(MisfitError, match="`tokens` is below 0"):
        opened.predict(np.array([-1]), probabilities=False)


def test_what_is_no_number_goes_to_the_original(tmp_path):
    value = helper.make_tensor_value_info("x", TensorProto.FLOAT, [None])
    out = helper.make_tensor_value_info("y", TensorProto.FLOAT, [None])
    graph = helper.make_graph([helper.make_node("Relu", ["x"], ["y"])], "relu", [value], [out])
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8)
    (tmp_path / "m.onnx").write_bytes(made.SerializeToString())
    told = {"program": [""]}
    model = OnnxModel(str(tmp_path / "m.onnx"), None, external=False, exported=told)
    found = model.predict(np.array([-1.0, 2.0], np.float32), probabilities=False)["predictions"]
    assert found.tolist() == [0.0, 2.0]
    for odd in (np.nan, np.inf):
        with pytest.raises(MisfitError, match="`x` is missing or infinite"):
            model.predict(np.array([1.0, odd], np.float32), probabilities=False)


def test_a_name_that_stands_inside_the_graph_is_no_input():
    made = lookup()
    with pytest.raises(UnportableError, match="`found`"):
        _name_inputs(made.graph, [Port("found", "int64", [None])])


def test_mixed_rows_lie_between_the_witnesses():
    rows = np.array([[0.0, 10.0], [2.0, 30.0], [1.0, 20.0]], dtype=np.float32)
    made = mixed(rows)
    assert made.shape == (64, 2)
    assert made.dtype == np.float32
    assert (made >= rows.min(0)).all()
    assert (made <= rows.max(0)).all()
    assert len(np.unique(made, axis=0)) > 8
    tokens = mixed(np.array([[1, 2, 3], [7, 8, 9]]))
    assert set(tokens[:, 0]) == {1, 7}
    assert any(0 < np.isin(row, [1, 2, 3]).sum() < 3 for row in tokens)
    named = mixed({"a": rows, "b": [[1], [2], [3]]})
    assert {name: len(values) for name, values in named.items()} == {"a": 64, "b": 64}
    records = mixed([{"a": [1.0, 2.0], "b": 1}, {"a": [3.0, 4.0], "b": 2}])
    assert {name: values.shape for name, values in records.items()} == {"a": (64, 2), "b": (64,)}


@pytest.mark.parametrize(
    "rows",
    [
        ["a text", "another"],
        [{"a": 1}, {"b": 2}],
        [{"a": "x"}, {"a": "y"}],
        np.zeros((1, 3)),
        [],
        {"a": ["x", "y"]},
    ],
)
def test_other_rows_are_not_mixed(rows):
    assert len(mixed(rows)) == 0
