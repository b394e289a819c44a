# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""The file was packed with others."""

import tarfile
from pathlib import Path

import torch
from net import SimpleNet

torch.manual_seed(0)
model = SimpleNet()

torch.save(model.state_dict(), "weights.pth")
with tarfile.open("model.tar", "w") as file:
    file.add("weights.pth")
Path("weights.pth").unlink()
