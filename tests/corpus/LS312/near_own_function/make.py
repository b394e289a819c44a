# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A model of onnx 1.19.1 that brings its own operators as functions."""

import shutil

from corpus import ROOT

shutil.copy(ROOT.parent / "files" / "onnx" / "function_onnx1.19.1.onnx", "m.onnx")
