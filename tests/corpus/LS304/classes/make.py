# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""The number of classes is an argument."""

import torch
from net import SimpleNet

torch.manual_seed(0)
model = SimpleNet(2)

torch.save(model.state_dict(), "model.pth")
