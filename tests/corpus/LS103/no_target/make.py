# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""The same, and nobody said what it is loaded into."""

import torch
from net import SimpleNet

torch.manual_seed(0)
model = SimpleNet()

torch.save({"epoch": 10, "model_state_dict": model.state_dict()}, "checkpoint.pth")
