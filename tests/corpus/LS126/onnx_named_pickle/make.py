# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A model of onnx 1.17.0 in a `.pkl` file."""

import shutil

from corpus import ROOT

shutil.copy(ROOT.parent / "files" / "onnx" / "pipeline_onnx1.17.0.onnx", "model.pkl")
