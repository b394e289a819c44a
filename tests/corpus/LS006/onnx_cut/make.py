# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A model of onnx 1.19.1 of which the end is missing."""

import os
import shutil
from pathlib import Path

from corpus import ROOT

shutil.copy(ROOT.parent / "files" / "onnx" / "graph_onnx1.19.1.onnx", "model.onnx")
os.truncate("model.onnx", Path("model.onnx").stat().st_size // 2)
