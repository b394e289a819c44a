# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""A whole model, and nobody said what it is loaded into."""

import torch
from net import SimpleNet

torch.manual_seed(0)
model = SimpleNet()

torch.save(model.eval(), "model.pth")
