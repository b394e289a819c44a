# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""An ONNX model in a `.pt` file: IR version 8, producer `test`, an empty graph."""

from pathlib import Path

Path("model.pt").write_bytes(bytes([0x08, 8, 0x12, 4]) + b"test" + bytes([0x3A, 0]))
