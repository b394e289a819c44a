# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""A folder holds checkpoints and is none."""

from pathlib import Path

import torch
from net import SimpleNet

torch.manual_seed(0)
model = SimpleNet()

Path("runs").mkdir()
torch.save(model.state_dict(), "runs/epoch_1.pth")
torch.save(model.state_dict(), "runs/epoch_2.pth")
