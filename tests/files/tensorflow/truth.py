"""What TensorFlow itself says of its files, as JSON: names, shapes, dtypes, signatures, ops.

Runs inside each TensorFlow; the makers beside it call it.
"""

import collections
import os

import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2
from tensorflow.python.framework import dtypes


def variables(prefix):
    """Names to [dtype, shape], from the checkpoint's own reader."""
    reader = tf.train.load_checkpoint(prefix)
    types = reader.get_variable_to_dtype_map()
    return {
        name: [types[name].name, [int(size) for size in shape]]
        for name, shape in sorted(reader.get_variable_to_shape_map().items())
    }


def values(prefix):
    """Names to the hexadecimal bytes of small number tensors."""
    reader = tf.train.load_checkpoint(prefix)
    found = {}
    for name in sorted(reader.get_variable_to_shape_map()):
        value = reader.get_tensor(name)
        if hasattr(value, "tobytes") and value.dtype != object and value.nbytes <= 256:
            found[name] = value.tobytes().hex()
    return found


def shape_of(proto):
    if proto.unknown_rank:
        return None
    return [None if size.size < 0 else int(size.size) for size in proto.dim]


def ports(held):
    return {
        key: [
            dtypes.as_dtype(info.dtype).name if info.dtype else None,
            shape_of(info.tensor_shape),
        ]
        for key, info in sorted(held.items())
    }


def ops(graph):
    counts = collections.Counter(node.op for node in graph.node)
    for function in graph.library.function:
        counts.update(node.op for node in function.node_def)
    return dict(sorted(counts.items()))


def saved_model(folder):
    """Every MetaGraph of a SavedModel, and its variables."""
    model = saved_model_pb2.SavedModel()
    text = os.path.join(folder, "saved_model.pbtxt")
    if os.path.exists(text):
        from google.protobuf import text_format

        with open(text) as file:
            text_format.Merge(file.read(), model)
    else:
        with open(os.path.join(folder, "saved_model.pb"), "rb") as file:
            model.ParseFromString(file.read())
    found = {"graphs": [meta_graph(item) for item in model.meta_graphs]}
    prefix = os.path.join(folder, "variables", "variables")
    if os.path.exists(prefix + ".index"):
        found["variables"] = variables(prefix)
        found["values"] = values(prefix)
    return found


def meta_graph(item):
    info = item.meta_info_def
    graph = item.object_graph_def
    return {
        "tags": sorted(info.tags),
        "tensorflow": info.tensorflow_version,
        "git": info.tensorflow_git_version,
        "signatures": {
            key: {"inputs": ports(held.inputs), "outputs": ports(held.outputs)}
            for key, held in sorted(item.signature_def.items())
        },
        "ops": ops(item.graph_def),
        "objects": collections.Counter(
            node.WhichOneof("kind") or "user_object" for node in graph.nodes
        ),
        "identifiers": sorted(
            {node.user_object.identifier for node in graph.nodes if node.HasField("user_object")}
        ),
        "variables": {
            node.variable.name: [
                dtypes.as_dtype(node.variable.dtype).name,
                shape_of(node.variable.shape),
            ]
            for node in graph.nodes
            if node.WhichOneof("kind") == "variable"
        },
        "assets": sorted(asset.filename for asset in item.asset_file_def),
    }


def graph(proto):
    return {"ops": ops(proto), "nodes": len(proto.node)}


def tflite(path):
    """What the interpreter reports of the tensors, operators and signatures."""
    interpreter = tf.lite.Interpreter(model_path=path)
    found = {
        "inputs": ports_of(interpreter.get_input_details()),
        "outputs": ports_of(interpreter.get_output_details()),
        "tensors": {},
    }
    for item in interpreter.get_tensor_details():
        if item["name"]:
            quantized = item.get("quantization_parameters", {})
            found["tensors"][item["name"]] = [
                item["dtype"].__name__,
                [int(size) for size in item["shape"]],
                len(quantized.get("scales", ())),
            ]
    if hasattr(interpreter, "get_signature_list"):
        found["signatures"] = interpreter.get_signature_list()
    if hasattr(interpreter, "_get_ops_details"):
        found["ops"] = [item["op_name"] for item in interpreter._get_ops_details()]
    return found


def ports_of(details):
    return {
        item["name"]: [
            item["dtype"].__name__,
            [
                None if size < 0 else int(size)
                for size in item.get("shape_signature", item["shape"])
            ],
        ]
        for item in details
    }
