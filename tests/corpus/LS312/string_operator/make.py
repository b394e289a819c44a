# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A model of onnx 1.16.2 with an operator of onnxruntime-extensions."""

import base64
from pathlib import Path

FILE = (
    "CAg6RwokCgFYEgFZIgtTdHJpbmdVcHBlcjoPYWkub25ueC5jb250cmliEgFnWg0KAVgSCAoGCAgSAgoAYg0KAVkS"
    "CAoGCAgSAgoAQgQKABARQhMKD2FpLm9ubnguY29udHJpYhAB"
)

Path("m.onnx").write_bytes(base64.b64decode(FILE))
