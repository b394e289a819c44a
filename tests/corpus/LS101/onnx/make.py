# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""An ONNX model in a `.pt` file: IR version 8, producer `test`, an empty graph, opset 17."""

from pathlib import Path

Path("model.pt").write_bytes(
    bytes([0x08, 8, 0x12, 4]) + b"test" + bytes([0x3A, 0, 0x42, 2, 0x10, 17])
)
