# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""A generator and a discriminator in one file: only one fits."""

import torch
from net import SimpleNet
from torch import nn

torch.manual_seed(0)
model = SimpleNet()

torch.save({"d": nn.Linear(3, 1).state_dict(), "g": model.state_dict()}, "gan.pth")
