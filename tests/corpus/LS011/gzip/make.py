# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""The file was compressed."""

import gzip
from pathlib import Path

import torch
from net import SimpleNet

torch.manual_seed(0)
model = SimpleNet()

torch.save(model.state_dict(), "plain.pth")
Path("model.pth").write_bytes(gzip.compress(Path("plain.pth").read_bytes(), mtime=0))
