# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""OpenVINO's `.xml`, copied without its `.bin`."""

import shutil

from corpus import ROOT

shutil.copy(ROOT.parent / "files" / "openvino" / "tiny.xml", "tiny.xml")
