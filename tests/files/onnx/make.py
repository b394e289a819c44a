# /// script
# requires-python = "==3.11.*"
# dependencies = ["onnx==1.17.0", "skl2onnx==1.19.1", "scikit-learn==1.5.2", "numpy==1.26.4"]
# ///
"""ONNX models, with what `onnx` itself says of them; also run with onnx 1.8.1 and 1.19.1."""

import hashlib
import inspect
import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnx.external_data_helper import convert_model_to_external_data

HERE = Path(__file__).parent
TAG = f"onnx{onnx.__version__}"


def typed(name, kind, shape, values):
    return helper.make_tensor(name, kind, shape, values)


def graph_model():
    weight = np.arange(6, dtype=np.float32).reshape(2, 3)
    then = helper.make_graph(
        [helper.make_node("Add", ["Y", "one"], ["T"], name="add")],
        "then",
        [],
        [helper.make_tensor_value_info("T", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(np.ones(3, np.float32), "one")],
    )
    other = helper.make_graph(
        [helper.make_node("Identity", ["Y"], ["E"])],
        "else",
        [],
        [helper.make_tensor_value_info("E", TensorProto.FLOAT, None)],
    )
    nodes = [
        helper.make_node("MatMul", ["X", "W"], ["Y"], name="mm"),
        helper.make_node("If", ["C"], ["Z"], name="if", then_branch=then, else_branch=other),
        helper.make_node("StringUpper", ["S"], ["U"], domain="ai.onnx.contrib"),
    ]
    initializers = [
        numpy_helper.from_array(weight, "W"),
        typed("typed", TensorProto.FLOAT, [2], [1.0, 2.0]),
        typed("double", TensorProto.DOUBLE, [2], [1.0, 2.0]),
        typed("int64", TensorProto.INT64, [3], [1, 2, 3]),
        numpy_helper.from_array(np.array([1, 2], np.float16), "half"),
        typed("flag", TensorProto.BOOL, [2], [True, False]),
        helper.make_tensor("texts", TensorProto.STRING, [2], [b"a", b"b"]),
        numpy_helper.from_array(np.float64(2.5), "scalar"),
    ]
    values = typed("sparse", TensorProto.FLOAT, [2], [1.0, 2.0])
    indices = typed("sparse_indices", TensorProto.INT64, [2], [0, 5])
    graph = helper.make_graph(
        nodes,
        "main",
        [
            helper.make_tensor_value_info("X", TensorProto.FLOAT, ["batch", 2]),
            helper.make_tensor_value_info("W", TensorProto.FLOAT, [2, 3]),
            helper.make_tensor_value_info("C", TensorProto.BOOL, []),
            helper.make_tensor_value_info("S", TensorProto.STRING, [None]),
        ],
        [helper.make_tensor_value_info("Z", TensorProto.FLOAT, ["batch", 3])],
        initializers,
        sparse_initializer=[helper.make_sparse_tensor(values, indices, [2, 3])],
    )
    model = helper.make_model(
        graph,
        producer_name="maker",
        producer_version="1.2",
        opset_imports=[helper.make_opsetid("", 12), helper.make_opsetid("ai.onnx.contrib", 1)],
    )
    helper.set_model_props(model, {"author": "somebody"})
    return model


def external_model(path):
    model = helper.make_model(
        helper.make_graph(
            [helper.make_node("MatMul", ["X", "W"], ["Y"])],
            "main",
            [helper.make_tensor_value_info("X", TensorProto.FLOAT, ["n", 20])],
            [helper.make_tensor_value_info("Y", TensorProto.FLOAT, ["n", 30])],
            [
                numpy_helper.from_array(np.arange(600, dtype=np.float32).reshape(20, 30), "W"),
                numpy_helper.from_array(np.arange(900, dtype=np.int8).reshape(30, 30), "V"),
            ],
        )
    )
    convert_model_to_external_data(model, location=path.name + ".data", **threshold())
    onnx.save_model(model, str(path))


def threshold():
    given = inspect.signature(convert_model_to_external_data).parameters
    return {"size_threshold": 0} if "size_threshold" in given else {}


def sklearn_models():
    try:
        import skl2onnx
    except ImportError:
        return {}
    from sklearn.linear_model import LinearRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((30, 3)).astype(np.float32), rng.integers(0, 2, 30)
    steps = make_pipeline(StandardScaler(), LinearRegression()).fit(x, y)
    return {"pipeline": skl2onnx.to_onnx(steps, x[:1])}


def function_model():
    if not hasattr(helper, "make_function"):
        return None
    function = helper.make_function(
        "local",
        "Twice",
        ["A"],
        ["B"],
        [helper.make_node("Add", ["A", "A"], ["B"])],
        [helper.make_opsetid("", 14)],
    )
    graph = helper.make_graph(
        [helper.make_node("Twice", ["X"], ["Y"], domain="local")],
        "main",
        [helper.make_tensor_value_info("X", TensorProto.FLOAT, [2])],
        [helper.make_tensor_value_info("Y", TensorProto.FLOAT, [2])],
    )
    return helper.make_model(
        graph,
        functions=[function],
        opset_imports=[helper.make_opsetid("", 14), helper.make_opsetid("local", 1)],
    )


def small_model():
    """4-bit integers, and one in a file of 8 bits."""
    if not hasattr(TensorProto, "INT4"):
        return None
    held = [
        helper.make_tensor("i4", TensorProto.INT4, [3], [1, -2, 3]),
        helper.make_tensor("f8", TensorProto.FLOAT8E4M3FN, [2], [1.0, 2.0]),
        helper.make_tensor("bf16", TensorProto.BFLOAT16, [2], [1.0, 2.0]),
    ]
    graph = helper.make_graph([], "main", [], [], held)
    return helper.make_model(graph)


def axis(dim):
    if dim.HasField("dim_value"):
        return dim.dim_value
    return dim.dim_param or None


def port(value):
    kind = value.type.tensor_type
    shape = [axis(dim) for dim in kind.shape.dim] if kind.HasField("shape") else None
    return {"name": value.name, "type": TensorProto.DataType.Name(kind.elem_type), "shape": shape}


def nodes(graph):
    for node in graph.node:
        yield node
        for attribute in node.attribute:
            for inner in (attribute.g, *attribute.graphs):
                yield from nodes(inner)


def told(path):
    model = onnx.load(str(path))
    ops = {}
    held = list(nodes(model.graph))
    for function in getattr(model, "functions", ()):
        held += function.node
    for node in held:
        key = f"{node.domain}::{node.op_type}" if node.domain else node.op_type
        ops[key] = ops.get(key, 0) + 1
    given = {tensor.name for tensor in model.graph.initializer}
    return {
        "ir_version": model.ir_version,
        "producer": [model.producer_name, model.producer_version],
        "opsets": {item.domain: item.version for item in model.opset_import},
        "metadata": {item.key: item.value for item in model.metadata_props},
        "ops": ops,
        "inputs": [port(item) for item in model.graph.input if item.name not in given],
        "outputs": [port(item) for item in model.graph.output],
        "initializers": {
            tensor.name: {
                "type": TensorProto.DataType.Name(tensor.data_type),
                "dims": list(tensor.dims),
                "sha256": digest(tensor),
            }
            for tensor in model.graph.initializer
        },
    }


def digest(tensor):
    if tensor.HasField("raw_data"):
        return hashlib.sha256(tensor.raw_data).hexdigest()
    if tensor.data_type in (TensorProto.STRING, *small()):
        return None
    return hashlib.sha256(np.ascontiguousarray(numpy_helper.to_array(tensor)).tobytes()).hexdigest()


def small():
    names = ("INT4", "FLOAT8E4M3FN", "BFLOAT16")
    return [getattr(TensorProto, name) for name in names if hasattr(TensorProto, name)]


def main():
    truth = {}
    models = {"graph": graph_model(), "function": function_model(), "small": small_model()}
    for name, model in {**models, **sklearn_models()}.items():
        if model is not None:
            onnx.save(model, str(HERE / f"{name}_{TAG}.onnx"))
    external_model(HERE / f"external_{TAG}.onnx")
    for path in sorted(HERE.glob(f"*_{TAG}.onnx")):
        truth[path.name] = told(path)
    tensor = numpy_helper.from_array(np.arange(6, dtype=np.float32).reshape(2, 3), "input")
    (HERE / f"input_{TAG}.pb").write_bytes(tensor.SerializeToString())
    (HERE / f"truth_{TAG}.json").write_text(json.dumps(truth, indent=1, sort_keys=True) + "\n")


main()
