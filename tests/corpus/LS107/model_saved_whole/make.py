# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""`torch.save(model)` instead of its state dict."""

import torch
from net import SimpleNet

torch.manual_seed(0)
model = SimpleNet()

torch.save(model.eval(), "model.pth")
