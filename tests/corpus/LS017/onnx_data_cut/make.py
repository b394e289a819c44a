# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A model of onnx 1.17.0 with external data, of which 300 bytes are missing."""

import os
import shutil

from corpus import ROOT

NAME = "external_onnx1.17.0.onnx"
for name in (NAME, f"{NAME}.data"):
    shutil.copy(ROOT.parent / "files" / "onnx" / name, name)
os.truncate(f"{NAME}.data", 3000)
