# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""git converted the line endings of a binary file."""

from pathlib import Path

import torch
from net import SimpleNet

torch.manual_seed(0)
model = SimpleNet()

torch.save(model.state_dict(), "model.pth")
data = Path("model.pth").read_bytes()
Path("model.pth").write_bytes(data.replace(b"\n", b"\r\n"))
