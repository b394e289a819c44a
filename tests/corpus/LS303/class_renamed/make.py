# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""The class was renamed since."""

import torch
from net import TinyNet

torch.manual_seed(0)
model = TinyNet()

torch.save(model.state_dict(), "model.pth")
