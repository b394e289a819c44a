# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""Infinite weights, as masks hold them."""

import torch
from net import SimpleNet

torch.manual_seed(0)
net = SimpleNet()
with torch.no_grad():
    net.fc2.bias.copy_(torch.tensor([float("inf"), float("-inf")]))
torch.save(net.state_dict(), "model.pth")
