# /// script
# requires-python = "==3.11.*"
# dependencies = ["openvino==2026.4.1", "numpy<2.4"]
# ///
"""OpenVINO's IR, with what `openvino` itself says after reading it."""

import hashlib
import json
from pathlib import Path

import numpy as np
import openvino as ov
import openvino.opset13 as ops

HERE = Path(__file__).resolve().parent


def model():
    x = ops.parameter([-1, 3], np.float32, name="x")
    weight = ops.constant(np.arange(6, dtype=np.float32).reshape(3, 2), name="weight")
    bias = ops.constant(np.ones(2, np.float16), name="bias")
    wide = ops.convert(bias, "f32")
    y = ops.add(ops.matmul(x, weight, transpose_a=False, transpose_b=False), wide)
    return ov.Model([ops.result(ops.relu(y), name="y")], [x], "tiny")


def shape(port):
    return [None if axis.is_dynamic else axis.get_length() for axis in port.get_partial_shape()]


def told(path):
    read = ov.Core().read_model(str(path))
    count = {}
    constants = {}
    for node in read.get_ops():
        count[node.get_type_name().replace("Constant", "Const")] = (
            count.get(node.get_type_name().replace("Constant", "Const"), 0) + 1
        )
        if node.get_type_name() == "Constant":
            data = node.get_data()
            constants[node.get_friendly_name()] = {
                "dtype": str(data.dtype),
                "shape": list(data.shape),
                "sha256": hashlib.sha256(data.tobytes()).hexdigest(),
            }
    return {
        "ops": count,
        "constants": constants,
        "inputs": [shape(item) for item in read.inputs],
        "outputs": [shape(item) for item in read.outputs],
    }


def main():
    ov.save_model(model(), str(HERE / "tiny.xml"), compress_to_fp16=False)
    truth = {"tiny.xml": told(HERE / "tiny.xml")}
    (HERE / "truth.json").write_text(json.dumps(truth, indent=1) + "\n")


main()
