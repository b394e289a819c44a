# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""One bit of a tensor changed on the disk."""

from pathlib import Path

import torch
from net import SimpleNet

torch.manual_seed(0)
model = SimpleNet()

torch.save(model.state_dict(), "model.pth")
data = bytearray(Path("model.pth").read_bytes())
at = data.find(model.fc1.weight.detach().numpy().tobytes())
data[at + 3] ^= 0x40
Path("model.pth").write_bytes(data)
