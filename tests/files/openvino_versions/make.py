"""OpenVINO's IR by several versions, with what each says after reading it.

Run in an environment of each: Python 3.8 with openvino 2022.3.2, 3.11 with openvino 2026.4.1.
"""

import hashlib
import json
from importlib.metadata import version
from pathlib import Path

import numpy as np

try:
    import openvino as ov
    import openvino.opset8 as ops

    ov.save_model  # noqa: B018 - what 2022.3 has not
except (ImportError, AttributeError):
    import openvino.runtime as ov
    import openvino.runtime.opset8 as ops

HERE = Path(__file__).resolve().parent
VERSION = version("openvino")
DRAW = np.random.default_rng(0)


def drawn(*shape):
    return DRAW.standard_normal(shape).astype(np.float32)


def dense():
    x = ops.parameter([-1, 3], np.float32, name="x")
    weight = ops.constant(drawn(3, 2), name="weight")
    half = ops.convert(ops.constant(np.ones(2, np.float16), name="bias"), "f32")
    y = ops.add(ops.matmul(x, weight, False, False), half)  # noqa: FBT003 - their own order
    return [ops.result(ops.relu(y), name="y")], [x]


def several():
    """Two inputs, two outputs, kinds of elements, and a convolution."""
    tokens = ops.parameter([-1, 5], np.int64, name="tokens")
    picture = ops.parameter([1, 3, -1, -1], np.float32, name="picture")
    table = ops.constant(drawn(10, 4), name="table")
    axis = ops.constant(np.array(0, np.int32), name="axis")
    found = ops.gather(table, tokens, axis)
    kernel = ops.constant(drawn(2, 3, 3, 3), name="kernel")
    made = ops.convolution(picture, kernel, [1, 1], [1, 1], [1, 1], [1, 1])
    small = ops.convert(ops.constant(np.arange(2, dtype=np.int8).reshape(1, 2, 1, 1)), "f32")
    return [ops.result(found, name="found"), ops.result(ops.add(made, small), name="made")], [
        tokens,
        picture,
    ]


def shape(port):
    return [None if axis.is_dynamic else axis.get_length() for axis in port.get_partial_shape()]


def port(item):
    kind = item.get_element_type().get_type_name()
    return [item.get_node().get_friendly_name(), kind, shape(item)]


def told(path):
    read = ov.Core().read_model(str(path))
    count, constants = {}, {}
    for node in read.get_ops():
        word = node.get_type_name()
        count[word] = count.get(word, 0) + 1
        if word == "Constant":
            data = np.ascontiguousarray(node.data if hasattr(node, "data") else node.get_data())
            digest = hashlib.sha256(data.tobytes()).hexdigest()[:16]
            kind = node.get_output_element_type(0).get_type_name()
            sizes = [*node.get_output_shape(0)]
            constants[node.get_friendly_name()] = [kind, sizes, digest]
    return {
        "ops": count,
        "constants": constants,
        "inputs": [port(item) for item in read.inputs],
        "outputs": [port(item) for item in read.outputs],
    }


def main():
    truth = {}
    for maker in (dense, several):
        path = HERE / f"{VERSION}-{maker.__name__}.xml"
        model = ov.Model(*maker(), maker.__name__)
        if hasattr(ov, "save_model"):
            ov.save_model(model, str(path), compress_to_fp16=False)
        else:
            from openvino.runtime.passes import Manager

            manager = Manager()
            manager.register_pass("Serialize", str(path), str(path.with_suffix(".bin")))
            manager.run_passes(model)
        truth[path.name] = told(path)
    (HERE / f"truth_{VERSION}.json").write_text(json.dumps(truth, indent=1) + "\n")


main()
