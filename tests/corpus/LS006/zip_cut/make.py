# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""A download ended early."""

from pathlib import Path

import torch
from net import SimpleNet

torch.manual_seed(0)
model = SimpleNet()

torch.save(model.state_dict(), "model.pth")
whole = Path("model.pth").read_bytes()
Path("model.pth").write_bytes(whole[: len(whole) * 2 // 3])
