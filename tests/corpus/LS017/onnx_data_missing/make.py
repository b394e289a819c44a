# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A model of onnx 1.17.0 with external data, copied without `….onnx.data`."""

import shutil

from corpus import ROOT

shutil.copy(ROOT.parent / "files" / "onnx" / "external_onnx1.17.0.onnx", "model.onnx")
