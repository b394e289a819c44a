# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""A bound method, which pickles as `getattr`."""

import torch
from net import SimpleNet

torch.manual_seed(0)
model = SimpleNet()

torch.save({"model": model.state_dict(), "activation": torch.nn.ReLU().forward}, "checkpoint.pth")
