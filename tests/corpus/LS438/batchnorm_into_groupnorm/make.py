# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""Trained with BatchNorm, and loaded into the same with GroupNorm."""

import torch
from net import ConvNet
from torch import nn

torch.manual_seed(0)
net = ConvNet()
net.norm = nn.BatchNorm2d(8)
net(torch.randn(4, 3, 8, 8))
torch.save(net.state_dict(), "model.pth")
